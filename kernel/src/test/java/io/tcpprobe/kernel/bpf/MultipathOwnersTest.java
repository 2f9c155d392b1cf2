package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.diag.SocketDump;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import io.tcpprobe.kernel.proc.SocketOwners;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Owners of MPTCP sockets: no file refers to the TCP sockets that carry them. */
class MultipathOwnersTest {
    private static final String ADDRESS = "198.51.100.1";
    private static final String SECOND = "198.51.100.3";

    private static MultipathSockets sockets;
    private static SocketColumns columns;

    @Test
    void shouldKnowTheProcessOfEverySocket() throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings());
                MultipathSockets multipath = new MultipathSockets("127.0.0.1");
                SocketDump here = new SocketDump()) {
            SocketColumns columns = here.read();
            assertEquals(3, BpfOwnersTest.ours(columns, source.owners(), multipath.port()), "by bpf");
            SocketOwners walked = SocketOwners.read(Path.of("/proc"));
            assertEquals(3, BpfOwnersTest.ours(columns, walked, multipath.port()), "by /proc");
        }
    }

    @Test
    void shouldNeverNameAKernelThread() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"))) {
            namespaces.leftIp("addr", "add", ADDRESS + "/32", "dev", "lo");
            namespaces.leftIp("addr", "add", SECOND + "/32", "dev", "lo");
            namespaces.leftIp("mptcp", "limits", "set", "subflow", "4", "add_addr_accepted", "4");
            namespaces.leftIp("mptcp", "endpoint", "add", SECOND, "dev", "lo", "subflow");
            NetworkNamespaces.enter(namespaces.left(), () -> sockets = new MultipathSockets(ADDRESS));
            try (MultipathSockets multipath = sockets;
                    SocketDump dump = new SocketDump()) {
                multipath.send(10_000);
                FlowColumns flows = awaitFlows(source, multipath.port(), 4);
                for (int i = 0; i < flows.size(); i++) {
                    if (isOf(flows, i, multipath.port())) {
                        assertTrue(
                                !flows.has(FlowField.PID, i)
                                        || flows.number(FlowField.PID, i)
                                                == ProcessHandle.current().pid(),
                                () -> "a joined subflow has the same owner");
                    }
                }
                NetworkNamespaces.enter(namespaces.left(), () -> columns = dump.read());
                assertEquals(5, BpfOwnersTest.ours(columns, source.owners(), multipath.port()));
            }
        }
    }

    private static boolean isOf(FlowColumns flows, int row, int port) {
        return flows.number(FlowField.LOCAL_PORT, row) == port || flows.number(FlowField.REMOTE_PORT, row) == port;
    }

    /** The flows, once there are so many of a port: two ends of each subflow. */
    private static FlowColumns awaitFlows(BpfSource source, int port, int wanted) throws IOException {
        return Waiting.until("a second subflow", () -> flows(source), flows -> count(flows, port) >= wanted);
    }

    private static FlowColumns flows(BpfSource source) throws IOException {
        source.refreshNow();
        return FlowColumns.copyOf(source.rows());
    }

    private static long count(FlowColumns flows, int port) {
        return IntStream.range(0, flows.size())
                .filter(i -> isOf(flows, i, port))
                .count();
    }
}
