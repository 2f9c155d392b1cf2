package io.tcpprobe.it.bench;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.PushCounts;
import io.tcpprobe.agent.core.RequestCounts;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.events.Events;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.groups.Containers;
import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.agent.metrics.Metrics;
import io.tcpprobe.agent.metrics.PrometheusText;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.HostCounters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of a scrape of all metrics, without HTTP: of a new snapshot, and of one that is known. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MetricsBench {
    private static final int CACHE_LINE = 64;
    private static final int SERVICES = 30;
    private static final String NEVER = "3600000";

    @Param({"1000", "100000"})
    private int flows;

    /** Percentage of the flows whose values change from snapshot to snapshot. */
    @Param({"10", "100"})
    private int changing;

    /** The setting snapshotage: 0 for a new snapshot at each scrape. */
    @Param({"0", NEVER})
    private String age;

    private FlowSnapshotCache snapshots;
    private FlowGroups groups;
    private Containers containers;
    private SocketSnapshotCache sockets;
    private HostCounters counters;
    private Metrics metrics;

    /** A source whose rows are those of two moments in turn. */
    private static final class TwoMoments implements FlowSource {
        private final MemorySegment[] moments = new MemorySegment[2];
        private final int flows;
        private int now;

        TwoMoments(int flows, int changing) {
            this.flows = flows;
            for (int moment = 0; moment < moments.length; moment++) {
                moments[moment] = Arena.ofAuto().allocate((long) flows * FlowLayout.SIZE, CACHE_LINE);
                write(moments[moment], moment, changing);
            }
        }

        private void write(MemorySegment memory, int moment, int changing) {
            Random random = new Random(1);
            for (int i = 0; i < flows; i++) {
                int more = i % 100 < changing ? moment : 0;
                long row = (long) i * FlowLayout.SIZE;
                memory.set(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID, i + 1);
                for (FlowField field : FlowField.values()) {
                    if (field.numeric() && !field.derived()) {
                        FlowLayout.put(memory, row, field, random.nextInt(1 << 20) + more);
                        FlowLayout.present(memory, row, field, true);
                    }
                }
                FlowLayout.put(memory, row, FlowField.STATE, TcpState.ESTABLISHED.mib());
                FlowLayout.put(memory, row, FlowField.ACTIVE_OPEN, i % 2);
                FlowLayout.put(memory, row, FlowField.REMOTE_PORT, i % SERVICES + 1);
                FlowLayout.put(memory, row, FlowField.LOCAL_PORT, i % SERVICES + 1);
                FlowLayout.put(memory, row, FlowField.SAMPLED, System.nanoTime());
            }
        }

        @Override
        public String name() {
            return "synthetic";
        }

        @Override
        public SettingUser settingUser() {
            return SettingUser.DIAG;
        }

        @Override
        public void refresh() {
            now = 1 - now;
        }

        @Override
        public FlowRows rows() {
            return new FlowRows(moments[now], flows);
        }

        @Override
        public Map<FlowStatistic, Long> statistics() {
            return Map.of(FlowStatistic.ACTIVE_FLOWS, (long) flows);
        }

        @Override
        public Map<TcpState, Integer> socketsByState() {
            return Map.of();
        }

        @Override
        public boolean live() {
            return false;
        }

        @Override
        public void close() {}
    }

    /** Opens what the metrics are made from. */
    @Setup
    public void open() throws Exception {
        SettingStore settings =
                new SettingStore(Map.of(Origin.COMMAND_LINE, List.of(Settings.SNAPSHOTAGE.parse(age))), _ -> {});
        RequestScope requests = new RequestScope();
        snapshots = new FlowSnapshotCache(
                new TwoMoments(flows, changing), settings, requests, Clocks.system(), new VerdictHistory());
        containers = Containers.of(settings, System::nanoTime, false);
        groups = new FlowGroups(
                new FlowGroups.Options(snapshots, requests, settings, System::nanoTime, containers, false));
        sockets = new SocketSnapshotCache(snapshots, requests, settings, System::nanoTime);
        counters = HostCounters.ofThisHost(System::nanoTime);
        metrics = new Metrics(new Metrics.Sources(
                settings,
                requests,
                snapshots,
                groups,
                sockets,
                new Events(),
                counters,
                AgentFacts.ofThisHost("synthetic", ""),
                new RequestCounts(),
                new PushCounts(),
                false,
                System::nanoTime));
    }

    /** Closes it. */
    @TearDown
    public void close() throws IOException {
        containers.close();
        sockets.close();
        snapshots.close();
        counters.close();
    }

    /** Collects and writes all metrics. */
    @Benchmark
    public int scrape() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusText.OPEN_METRICS.write(metrics.current(), text);
        return text.size();
    }

    /** The same, compressed. */
    @Benchmark
    public int scrapeCompressed() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(text)) {
            PrometheusText.OPEN_METRICS.write(metrics.current(), packed);
        }
        return text.size();
    }
}
