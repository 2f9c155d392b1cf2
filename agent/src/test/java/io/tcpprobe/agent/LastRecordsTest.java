package io.tcpprobe.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The records of flows that end just before the agent stops: push connectors must get them before they are closed. */
class LastRecordsTest {
    private static final long FLOW_ID = 2_000_000_007;

    @TempDir
    private Path folder;

    private final AtomicReference<Served> served = new AtomicReference<>();
    private final List<Long> received = new CopyOnWriteArrayList<>();

    /** Keeps the records that come until it is closed. */
    private static final class Keeping implements Connector {
        private volatile boolean open = true;

        static ConnectorType type(LastRecordsTest test) {
            return ConnectorType.pushing("keeping", ConnectorType.Placement.FIRST, given -> {
                test.served.set(given);
                Keeping keeping = new Keeping();
                given.records().subscribe(flow -> {
                    if (keeping.open) {
                        test.received.add(flow.number(RecordField.FLOW_ID));
                    }
                });
                return keeping;
            });
        }

        @Override
        public List<InetSocketAddress> addresses() {
            return List.of();
        }

        @Override
        public List<Access> access() {
            return List.of();
        }

        @Override
        public void close() {
            open = false;
        }
    }

    @Test
    void shouldReachTheConnectorsBeforeTheyAreClosed() throws Exception {
        Configuration configuration = Configuration.read(
                null, Map.of(), List.of("probe.source=diag", "state.dir=" + folder.resolve("state")));
        try (Agent _ = Agent.start(configuration, null, List.of(Keeping.type(this)))) {
            TestRow flow = TestRow.flow(FLOW_ID)
                    .between("192.0.2.1", "198.51.100.7")
                    .with(FlowField.LOCAL_PORT, 50_000)
                    .with(FlowField.REMOTE_PORT, 443)
                    .with(FlowField.END_REASON, EndReason.FIN_SENT.number());
            served.get().records().happened(FlowListener.Change.ENDED, TestRow.rows(flow));
        }
        assertEquals(
                List.of(FLOW_ID), received.stream().filter(id -> id == FLOW_ID).toList());
    }
}
