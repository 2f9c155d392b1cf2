package io.tcpprobe.it.bench;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.filter.FlowFilterParser;
import io.tcpprobe.agent.flowlog.FlowLog;
import io.tcpprobe.agent.flowlog.FlowLogReader;
import io.tcpprobe.agent.flowlog.LogQuery;
import io.tcpprobe.agent.flowlog.LoggedFlow;
import io.tcpprobe.agent.flows.ContainerNames;
import io.tcpprobe.agent.flows.DerivedValues;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowValue;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The cost of the flow log: of writing flows that end at a steady rate, and of searching what was written. Arguments: a folder for the
 * log, which must be empty; the flows per second (default 20,000); the seconds (default 60).
 */
public final class FlowLogBench {
    private static final int DEFAULT_RATE = 20_000;
    private static final int DEFAULT_SECONDS = 60;
    private static final int SEARCHES = 21;
    private static final int SHOWN = 20;
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(1);
    private static final String WRITER = "tcpprobe-flowlog";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Random random = new Random(1);
    private final MemorySegment memory = Arena.ofAuto().allocate(FlowLayout.SIZE, Long.BYTES);
    private int flows;

    private FlowLogBench() {}

    /** Runs the benchmark. */
    public static void main(String... args) throws Exception {
        int rate = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_RATE;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : DEFAULT_SECONDS;
        FlowLogBench bench = new FlowLogBench();
        bench.write(Path.of(args[0]), rate, seconds).print(System.out);
        search(Path.of(args[0])).print(System.out);
    }

    private ReportTable write(Path state, int rate, int seconds) throws IOException, InterruptedException {
        fill();
        SettingStore settings = new SettingStore(Map.of(Origin.COMMAND_LINE, List.of()), _ -> {});
        long total = (long) rate * seconds;
        long cpu;
        FlowLog log = FlowLog.open(
                state,
                settings,
                Clocks.system(),
                new DerivedValues(VerdictHistory::ofLives, () -> ContainerNames.NONE));
        try (log) {
            long begin = System.nanoTime();
            while (flows < total) {
                long due = (System.nanoTime() - begin) / PERIOD * rate / TimeUnit.SECONDS.toMillis(1);
                while (flows < Math.min(due, total)) {
                    end();
                    log.happened(FlowListener.Change.ENDED, new FlowRows(memory, 1));
                }
                LockSupport.parkNanos(PERIOD);
            }
            cpu = waitUntilWritten(log, total);
        }
        FlowLog.Statistics seen = log.statistics();
        ReportTable table = new ReportTable("Flows that end: %,d per second for %d s".formatted(rate, seconds), "", "");
        table.row("written", "%,d".formatted(seen.written()));
        table.row("dropped, and counted", "%,d".formatted(seen.dropped()));
        table.row("neither", "%,d".formatted(total - seen.written() - seen.dropped()));
        table.row("processor time of the writing thread, per flow", ReportTable.figure(cpu / 1e3 / total, "us"));
        table.row("of one processor", ReportTable.figure(100.0 * cpu / TimeUnit.SECONDS.toNanos(seconds), "%"));
        table.row("size on disk, per flow", ReportTable.figure((double) seen.bytes() / seen.written(), "bytes"));
        table.row("files", Integer.toString(seen.files()));
        return table;
    }

    /** Returns the processor time that the writing thread has used, in nanoseconds. */
    private long waitUntilWritten(FlowLog log, long total) throws IOException, InterruptedException {
        long limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (log.statistics().written() + log.statistics().dropped() < total && System.nanoTime() - limit < 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals(WRITER))
                .mapToLong(ThreadInfo::getThreadId)
                .map(threads::getThreadCpuTime)
                .findFirst()
                .orElseThrow();
    }

    /** Fills what all rows have in common: nearly every field is present, with numbers of all sizes. */
    private void fill() {
        for (FlowField field : FlowField.values()) {
            if (field.numeric() && !field.derived()) {
                FlowLayout.put(memory, 0, field, random.nextLong(1L << random.nextInt(1, 31)));
                FlowLayout.present(memory, 0, field, true);
            }
        }
        FlowLayout.put(memory, 0, FlowField.END_REASON, EndReason.FIN_SENT.number());
        address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE);
        address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE);
        text(FlowField.CONGESTION_CONTROL, "cubic");
        text(FlowField.COMMAND, "nginx");
    }

    private void address(FlowField address, FlowField type) {
        FlowLayout.put(memory, 0, type, AddressType.IPV4.number());
        MemorySegment.copy(
                MemorySegment.ofArray(new byte[] {(byte) 198, 51, 100, 7}), 0, memory, FlowLayout.offset(address), 4);
        FlowLayout.present(memory, 0, address, true);
    }

    private void text(FlowField field, String text) {
        memory.setString(FlowLayout.offset(field), text, StandardCharsets.US_ASCII);
        FlowLayout.present(memory, 0, field, true);
    }

    /** Makes the row of another flow, which ends now. */
    private void end() {
        memory.set(ValueLayout.JAVA_INT, FlowLayout.FLOW_ID, ++flows);
        long now = System.nanoTime();
        FlowLayout.put(memory, 0, FlowField.SAMPLED, now);
        FlowLayout.put(memory, 0, FlowField.FIRST_SEEN, now - random.nextLong(TimeUnit.MINUTES.toNanos(1)));
        FlowLayout.put(memory, 0, FlowField.REMOTE_PORT, 1024 + flows % 60_000);
        FlowLayout.put(memory, 0, FlowField.RETRANS, random.nextInt(1000));
        FlowLayout.put(memory, 0, FlowField.BYTES_SENT, random.nextInt(1 << 24));
        // The third byte of the peer's address: one flow in 256 has the prefix that is searched for.
        memory.set(ValueLayout.JAVA_BYTE, FlowLayout.offset(FlowField.REMOTE_ADDRESS) + 2, (byte) flows);
    }

    private static ReportTable search(Path state) throws IOException {
        FlowLogReader reader = new FlowLogReader(state);
        ReportTable table =
                new ReportTable("Searches, " + SEARCHES + " of each, in ms", "", "first", "median", "found");
        Instant hour = Instant.now().minus(Duration.ofHours(1));
        search(
                table,
                "this prefix, most retransmissions",
                reader,
                new LogQuery(hour, FlowFilterParser.parse("dst in 198.51.100.0/24"), retransmissions(), SHOWN));
        search(
                table,
                "most retransmissions of all",
                reader,
                new LogQuery(hour, FlowFilterParser.parse("retrans >= 0"), retransmissions(), SHOWN));
        search(
                table,
                "the last ones",
                reader,
                new LogQuery(hour, FlowFilterParser.parse("retrans >= 0"), Optional.empty(), SHOWN));
        return table;
    }

    private static Optional<FlowValue> retransmissions() {
        return Optional.of(FlowField.RETRANS);
    }

    private static void search(ReportTable table, String name, FlowLogReader reader, LogQuery query)
            throws IOException {
        double[] millis = new double[SEARCHES];
        List<LoggedFlow> found = List.of();
        for (int i = 0; i < SEARCHES; i++) {
            long begin = System.nanoTime();
            found = reader.search(query);
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        double first = millis[0];
        Arrays.sort(millis);
        table.row(
                name,
                ReportTable.figure(first, ""),
                ReportTable.figure(millis[SEARCHES / 2], ""),
                Integer.toString(found.size()));
    }
}
