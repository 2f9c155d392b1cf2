package io.tcpprobe.it.bench;

import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.records.BadLines;
import io.tcpprobe.kernel.records.ProbeRecord;
import io.tcpprobe.kernel.records.RecordReader;
import io.tcpprobe.kernel.records.RecordTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Lines of /proc/net/tcpprobe per second and core, and what is allocated for them:
 *
 * <pre>
 *   java --enable-native-access=ALL-UNNAMED -cp CLASSES org.openjdk.jmh.Main RecordBench -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(1)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RecordBench {
    private static final int LINES = 10_000;

    @Param({"ipv4", "ipv6"})
    public String family = "ipv4";

    private final ProbeRecord record = new ProbeRecord();
    private final BadLines bad = new BadLines("bench", wrong -> {
        throw new IllegalStateException(wrong);
    });
    private final RecordTable table = new RecordTable(new FlowIds(), (_, _) -> {});
    private final RecordReader reader = new RecordReader(this::read, null, bad);
    private byte[] text = {};
    private int at;

    /** Lines of 500 flows in turn. */
    @Setup
    public void write() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            boolean ipv4 = family.equals("ipv4");
            lines.append(String.format(
                    Locale.ROOT,
                    "%d.%09d %s:443 %s:%d 1480 0x%x 0x%x %d 2147483647 524280 %d 50123 %d 0 3 %d 0 0 %d 0x3d58a44e%n",
                    i / 1000,
                    i * 1_000_003L % 1_000_000_000,
                    ipv4 ? "10.160.229.127" : "[2001:db8:5:17::af]",
                    ipv4 ? "10.2.146.10" : "[2001:db8:9:1:c0de::1]",
                    30_000 + i % 500,
                    0x13d58a46eL + i,
                    0x3d58a46eL + i,
                    10 + i % 90,
                    11_000 + i,
                    211_492 + i,
                    i % 90,
                    i * 13));
        }
        text = lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @TearDown
    public void close() {
        table.close();
    }

    private int read(byte[] bytes, int from, int length) {
        int now = Math.min(length, text.length - at);
        System.arraycopy(text, at, bytes, from, now);
        at += now;
        return now;
    }

    /** Parses the lines: splits them and parses all 19 fields. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public long parse() throws IOException {
        at = 0;
        long read = 0;
        do {
            while (reader.next(record)) {
                read++;
            }
        } while (reader.fill() > 0);
        return check(read);
    }

    /** Does the same, and writes each line into its flow's row. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public long parseIntoRows() throws IOException {
        at = 0;
        long read = 0;
        do {
            while (reader.next(record)) {
                table.accept(record, ++read, LINES);
            }
        } while (reader.fill() > 0);
        return check(read);
    }

    private static long check(long read) {
        if (read != LINES) {
            throw new IllegalStateException("read " + read + " lines of " + LINES);
        }
        return read;
    }
}
