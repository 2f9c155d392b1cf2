package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.TestRequirement;
import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.test.LoopbackConnection;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections over loopback that are deleted. */
class TcbTest {
    private static final byte[] LOOPBACK = LoopbackConnection.LOOPBACK.getAddress();

    private LoopbackConnection tcp;

    @BeforeEach
    void connect() throws IOException {
        tcp = new LoopbackConnection();
    }

    @AfterEach
    void close() throws IOException {
        tcp.close();
    }

    private SocketEndpoints endpoints() throws IOException {
        return SocketEndpoints.of(LOOPBACK, tcp.port(), LOOPBACK, tcp.listenerPort());
    }

    private static void delete(Tcb tcb) throws IOException {
        try {
            tcb.delete();
        } catch (ErrnoException refused) {
            if (refused.errno() == ErrnoException.EPERM || refused.errno() == ErrnoException.EOPNOTSUPP) {
                throw TestRequirement.here("connections cannot be deleted here: " + refused.getMessage());
            }
            throw refused;
        }
    }

    @Test
    void shouldFindAConnectionByItsEndpoints() throws IOException {
        Tcb found = Tcb.find(endpoints()).orElseThrow();
        assertEquals(TcpState.ESTABLISHED, found.state());
        assertTrue(found.cookie() > 0 && found.inode() != 0);
        assertEquals(
                Optional.empty(),
                Tcb.find(SocketEndpoints.of(LOOPBACK, tcp.port(), new byte[] {127, 0, 0, 2}, tcp.listenerPort())));
    }

    @Test
    void shouldNeverFindAListener() throws IOException {
        byte[] any = new byte[4];
        assertEquals(Optional.empty(), Tcb.find(SocketEndpoints.of(LOOPBACK, tcp.listenerPort(), any, 0)));
        assertEquals(Optional.empty(), Tcb.find(SocketEndpoints.of(LOOPBACK, tcp.listenerPort(), any, 1)));
        assertEquals(Optional.empty(), Tcb.find(SocketEndpoints.of(any, 0, any, 0)));
    }

    @Test
    void shouldAbortTheConnectionForItsOwnerAndItsPeer() throws IOException {
        delete(Tcb.find(endpoints()).orElseThrow());
        tcp.assertAborted();
        assertEquals(Optional.empty(), Tcb.find(endpoints()));
    }

    @Test
    void shouldNotDestroyALaterConnectionWithTheSameEndpoints() throws IOException {
        int port = tcp.port();
        Tcb stale = Tcb.find(endpoints()).orElseThrow();
        tcp.reconnect(port);
        assertEquals(stale.endpoints(), endpoints());
        var gone = assertThrows(ErrnoException.class, () -> delete(stale));
        assertEquals(ErrnoException.ENOENT, gone.errno());
        tcp.assertAlive();
    }

    /** Without a cookie the kernel would end the listener. */
    @Test
    void shouldNotDestroyTheListenerOfAClosedConnection() throws IOException {
        Tcb ours = Tcb.find(SocketEndpoints.of(LOOPBACK, tcp.listenerPort(), LOOPBACK, tcp.port()))
                .orElseThrow();
        tcp.disconnect();
        assertEquals(
                ErrnoException.ENOENT,
                assertThrows(ErrnoException.class, () -> delete(ours)).errno());
        tcp.reconnect(0);
        tcp.assertAlive();
    }

    @Test
    void shouldRefuseToDeleteWithoutCookie() throws IOException {
        Tcb found = Tcb.find(endpoints()).orElseThrow();
        byte[] id = found.id().clone();
        Arrays.fill(id, id.length - Long.BYTES, id.length, (byte) 0xff);
        Tcb any = new Tcb(found.endpoints(), found.state(), -1, found.inode(), found.uid(), found.family(), id);
        assertThrows(IllegalArgumentException.class, any::delete);
        assertTrue(Tcb.find(endpoints()).isPresent());
    }
}
