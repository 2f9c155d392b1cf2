package io.tcpprobe.agent.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.kernel.diag.Tcb;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTerminatorTest {
    @TempDir
    private Path folder;

    private static SocketEndpoints client(SocketSnapshot snapshot, Connection connection) {
        SocketColumns sockets = snapshot.sockets();
        for (int row = 0; row < sockets.size(); row++) {
            if (sockets.endpoints(row).local().equals(connection.clientEnd())
                    && sockets.endpoints(row).remotePort() == connection.port()) {
                return sockets.endpoints(row);
            }
        }
        throw new AssertionError("the connection is not among the sockets");
    }

    /** The endpoints may be those of a later connection: the cookie tells one socket from all others. */
    @Test
    void shouldNotFindASocketWithAnotherCookie() throws Exception {
        try (ServedParts parts = ServedParts.of(folder);
                Connection connection = Connection.open()) {
            SocketEndpoints client = client(parts.sockets().current(), connection);
            long cookie = Tcb.find(client).orElseThrow().cookie();
            ConnectionTerminator terminator = parts.served().terminator();
            var refused = assertThrows(
                    TerminationException.class, () -> terminator.find(client, OptionalLong.of(cookie + 1), "the test"));
            assertEquals(TerminationException.Reason.NOT_THERE, refused.reason());
            assertEquals(
                    TerminationException.Reason.LISTENER,
                    assertThrows(
                                    TerminationException.class,
                                    () -> terminator.find(
                                            parts.sockets().current().sockets().endpoints(listener(parts, connection)),
                                            OptionalLong.empty(),
                                            "the test"))
                            .reason());
            // what else may be in the way is not the cookie: without CAP_NET_ADMIN nothing can be deleted
            if (Tcb.undeletable().isEmpty()) {
                assertEquals(
                        cookie,
                        terminator
                                .find(client, OptionalLong.of(cookie), "the test")
                                .cookie());
            }
        }
    }

    private static int listener(ServedParts parts, Connection connection) {
        SocketColumns sockets = parts.sockets().current().sockets();
        for (int row = 0; row < sockets.size(); row++) {
            if (sockets.endpoints(row).localPort() == connection.port()
                    && sockets.endpoints(row).remotePort() == 0) {
                return row;
            }
        }
        throw new AssertionError("the listener is not among the sockets");
    }
}
