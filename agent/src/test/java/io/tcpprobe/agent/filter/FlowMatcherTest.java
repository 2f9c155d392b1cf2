package io.tcpprobe.agent.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.flows.FakeContainers;
import io.tcpprobe.agent.flows.Flow;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowMatcherTest {
    private static final byte[] ZONED = {(byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 3
    };

    private static final FlowSnapshot SNAPSHOT = new FlowSnapshot(
            TestRow.columns(
                    TestRow.flow(1)
                            .between("10.0.0.1", "192.0.2.129")
                            .with(FlowField.LOCAL_PORT, 40001)
                            .with(FlowField.REMOTE_PORT, 443)
                            .with(FlowField.STATE, TcpState.ESTABLISHED.mib())
                            .with(FlowField.SRTT, 150_000)
                            .with(FlowField.RETRANS, 11)
                            .with(FlowField.CGROUP, FakeContainers.OF_POD),
                    TestRow.flow(2)
                            .between("10.0.0.1", "192.0.2.1")
                            .with(FlowField.LOCAL_PORT, 22)
                            .with(FlowField.REMOTE_PORT, 50022)
                            .with(FlowField.STATE, TcpState.CLOSE_WAIT.mib())
                            .with(FlowField.SRTT, 900)
                            .with(FlowField.RETRANS, 0)
                            .with(FlowField.PACING_RATE, -1)
                            .with(FlowField.CGROUP, FakeContainers.WITHOUT_POD)
                            .control("BBR"),
                    TestRow.flow(3)
                            .between("2001:db8::1", "2001:db8:1::5")
                            .with(FlowField.LOCAL_PORT, 40003)
                            .with(FlowField.REMOTE_PORT, 443)
                            .with(FlowField.STATE, TcpState.ESTABLISHED.mib())
                            .with(FlowField.RETRANS, 10),
                    TestRow.flow(4)
                            .between("::1", "::1")
                            .remote(ZONED)
                            .with(FlowField.LOCAL_PORT, 1)
                            .with(FlowField.REMOTE_PORT, 2)),
            1,
            0,
            0,
            Map.of(),
            Map.of(),
            ListenerTable.NONE,
            0,
            new Lazy<>(Verdicts::new),
            new FakeContainers());

    private static final GrowthTable.Growth SENT = new GrowthTable.Growth() {
        private static final long[] BYTES = {3_000_000, 10};

        @Override
        public boolean has(int index) {
            return index < BYTES.length;
        }

        @Override
        public long number(int index) {
            return BYTES[index];
        }
    };

    /** Flow 1 is limited by its receiver, flow 2 by the application; the others have no verdict. */
    private static final class Verdicts implements VerdictTable {
        private static final List<Verdict> BY_INDEX = List.of(Verdict.RWND, Verdict.APP);
        private static final long[] SHARES = {970, 300};

        @Override
        public boolean has(VerdictField field, int index) {
            return index < SHARES.length
                    && (field == VerdictField.VERDICT
                            || field == VerdictField.VERDICT_SHARE
                            || field == VerdictField.ADVICE);
        }

        /** Flow 1 sends 1.5 MB/s, flow 2 5 bytes/s; the growth of the others is not known. */
        @Override
        public GrowthTable growth() {
            return new GrowthTable() {
                @Override
                public long windowNanos() {
                    return 2_000_000_000;
                }

                @Override
                public Growth of(FlowField counter) {
                    return counter == FlowField.BYTES_SENT ? SENT : Growth.NONE;
                }
            };
        }

        @Override
        public long number(VerdictField field, int index) {
            return field == VerdictField.VERDICT ? BY_INDEX.get(index).number() : SHARES[index];
        }

        @Override
        public String text(VerdictField field, int index) {
            return field == VerdictField.ADVICE ? BY_INDEX.get(index).advice() : "";
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                         | 1 2 3 4",
                "dport = 443                                | 1 3",
                "dport != 443                               | 2 4",
                "retrans > 10                               | 1",
                "retrans >= 10                              | 1 3",
                "retrans < 10                               | 2",
                "retrans <= 10                              | 2 3",
                "srtt >= 100ms                              | 1",
                "not srtt >= 100ms                          | 2 3 4",
                "dport = 443 and retrans > 10               | 1",
                "dport = 443 or sport = 22                  | 1 2 3",
                "not (dport = 443 or sport = 22)            | 4",
                "state = established                        | 1 3",
                "verdict = rwnd                             | 1",
                "verdict != rwnd                            | 2 3 4",
                "verdictShare > 30                          | 1 2",
                "verdictShare > 300                         | 1",
                "advice ~ RECEIVER                          | 1",
                "congestionControl = bbr                    | 2",
                "congestionControl ~ UB                     | 1 3 4",
                "pod = shop/web-0                           | 1",
                "pod ~ SHOP/                                | 1",
                "pod != shop/web-0                          | 2 3 4",
                "container = db                             | 2",
                "container ~ 0123 or container = db         | 1 2",
                "not container = db                         | 1 3 4",
                "local = 10.0.0.1:40001                     | 1",
                "process ~ nginx                            | ''",
                "dst = 192.0.2.1                            | 2",
                "dst in 192.0.2.0/24                        | 1 2",
                "dst in 192.0.2.128/25                      | 1",
                "dst in 0.0.0.0/0                           | 1 2",
                "dst in 2001:db8:1::/48                     | 3",
                "dst in ::/0                                | 3 4",
                "dst = fe80::7                              | 4",
                "dst != 192.0.2.1                           | 1 3 4",
                "pacingRate > 9000000000000000000           | 2",
                "verdict = rwnd and dport = 443 and retrans > 10 | 1",
                "bytesSentRate > 1M                         | 1",
                "bytesSentRate = 1500k                      | 1",
                "bytesSentRate <= 5                         | 2",
                "bytesSentRate != 5                         | 1 3 4",
                "not bytesSentRate > 1M                     | 2 3 4",
                "retransRate >= 0                           | ''",
                "bytesSentRate < 6 or dport = 443           | 1 2 3",
            })
    void shouldMatchAsTheFlowLogDoes(String condition, String ids) {
        var where = FlowMatcher.of(FlowFilterParser.parse(condition));
        assertEquals(
                ids,
                IntStream.range(0, SNAPSHOT.flows().size())
                        .mapToObj(index -> new Flow(SNAPSHOT, index))
                        .filter(where)
                        .map(flow -> Long.toString(flow.id()))
                        .collect(Collectors.joining(" ")));
    }
}
