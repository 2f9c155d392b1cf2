package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sockets of this machine, among them those that the test opens. */
class SocketDumpTest {
    private static List<Integer> rows(SocketColumns sockets, String endpoints) {
        List<Integer> rows = new ArrayList<>();
        for (int row = 0; row < sockets.size(); row++) {
            if (sockets.endpoints(row).toString().equals(endpoints)) {
                rows.add(row);
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldShowListenerAndBothEndpoints(String address) throws IOException {
        try (LoopbackPairs pairs = LoopbackPairs.listen(address);
                SocketDump dump = new SocketDump()) {
            int active = pairs.open();
            String host = address.contains(":") ? "[" + address + "]:" : address + ":";
            String any = address.contains(":") ? "[::]:0" : "0.0.0.0:0";
            for (int again = 0; again < 2; again++) {
                SocketColumns sockets = dump.read();
                int listener = only(rows(sockets, host + pairs.port() + " - " + any));
                assertEquals(TcpState.LISTEN, sockets.state(listener));
                assertEquals(50, sockets.sendQueue(listener), "Java's backlog");
                int passive = only(rows(sockets, host + pairs.port() + " - " + host + active));
                assertEquals(TcpState.ESTABLISHED, sockets.state(passive));
                assertNotEquals(0, sockets.cookie(passive));
            }
        }
    }

    private static int only(List<Integer> rows) {
        assertEquals(1, rows.size());
        return rows.getFirst();
    }

    @Test
    void shouldNameTheProcessThatHasASocketOpen() throws IOException {
        try (LoopbackPairs pairs = LoopbackPairs.listen("127.0.0.1");
                SocketDump dump = new SocketDump()) {
            SocketColumns sockets = dump.read();
            int row = only(rows(sockets, "127.0.0.1:" + pairs.port() + " - 0.0.0.0:0"));
            SocketOwners owners = SocketOwners.read(Path.of("/proc"));
            assertEquals(ProcessHandle.current().pid(), owners.process(sockets.inode(row)));
        }
    }

    @Test
    void shouldHoldMoreThanItBeganWith() throws IOException {
        try (LoopbackPairs pairs = LoopbackPairs.listen("127.0.0.1");
                SocketDump dump = new SocketDump()) {
            for (int i = 0; i < 150; i++) {
                pairs.open();
            }
            SocketColumns sockets = dump.read();
            String port = ":" + pairs.port();
            long ours = 0;
            for (int row = 0; row < sockets.size(); row++) {
                ours += sockets.endpoints(row).toString().contains(port) ? 1 : 0;
            }
            assertTrue(ours >= 301, "of 301 sockets: " + ours);
        }
    }
}
