package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.flows.FakeContainers;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Snapshots that tests make up. */
public final class TestFlows {
    static final String LOCAL_6 = "2001:db8:85a3:8d3:1319:8a2e:370:7344";
    static final String REMOTE_6 = "2001:db8:85a3:8d3:1319:8a2e:371:7348";

    private TestFlows() {}

    /** A flow of IPv4 from port 50000 + id; its srtt is 1000 us times its id. */
    public static TestRow flow(int id) {
        return TestRow.flow(id)
                .between("192.0.2.1", "198.51.100.7")
                .with(FlowField.LOCAL_PORT, 50_000 + id % 10_000)
                .with(FlowField.REMOTE_PORT, 443)
                .with(FlowField.STATE, TcpState.ESTABLISHED.mib())
                .with(FlowField.SRTT, 1000L * id)
                .with(FlowField.CWND, 10L + id)
                .with(FlowField.BYTES_ACKED, 1_000_000L)
                .with(FlowField.BYTES_RECEIVED, 5_000L)
                .with(FlowField.RETRANS, 3);
    }

    /** A flow of IPv6 with long addresses. */
    public static TestRow flow6(int id) {
        return flow(id).between(LOCAL_6, REMOTE_6).with(FlowField.REMOTE_PORT, 65_535);
    }

    /** Flows with the ids 1 to {@code count}; every third one is of IPv6. */
    public static TestRow[] rows(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(id -> id % 3 == 0 ? flow6(id) : flow(id))
                .toArray(TestRow[]::new);
    }

    /** A snapshot in which every flow acknowledged 123,456 bytes per second, and was limited by its peer's window to 98 %. */
    public static FlowSnapshot snapshot(long generation, TestRow... rows) {
        return new FlowSnapshot(
                TestRow.columns(rows),
                generation,
                0,
                0,
                Map.of(),
                Map.of(),
                ListenerTable.NONE,
                0,
                new Lazy<>(Verdicts::new),
                new FakeContainers());
    }

    private static final class Verdicts implements VerdictTable {
        private static final Map<VerdictField, Long> NUMBERS =
                Map.of(VerdictField.VERDICT, (long) Verdict.RWND.number(), VerdictField.VERDICT_SHARE, 980L);
        private static final Map<VerdictField, String> TEXTS = Map.of(
                VerdictField.VERDICT, Verdict.RWND.label(),
                VerdictField.EVIDENCE, "sendWindow 0 B, rwndLimited +1000000 us",
                VerdictField.ADVICE, Verdict.RWND.advice());

        @Override
        public boolean has(VerdictField field, int index) {
            return NUMBERS.containsKey(field) || TEXTS.containsKey(field);
        }

        @Override
        public long number(VerdictField field, int index) {
            return NUMBERS.getOrDefault(field, 0L);
        }

        @Override
        public String text(VerdictField field, int index) {
            return TEXTS.getOrDefault(field, "");
        }

        @Override
        public GrowthTable growth() {
            return new GrowthTable() {
                @Override
                public long windowNanos() {
                    return 1_000_000_000;
                }

                @Override
                public Growth of(FlowField counter) {
                    return new Growth() {
                        @Override
                        public boolean has(int index) {
                            return counter == FlowField.BYTES_ACKED;
                        }

                        @Override
                        public long number(int index) {
                            return 123_456;
                        }
                    };
                }
            };
        }
    }

    /** Returns the texts of lines. */
    static List<String> texts(List<Line> lines) {
        return lines.stream().map(Line::text).toList();
    }
}
