package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.TestRequirement;
import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections over loopback that are deleted. */
class TcbTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private ServerSocketChannel listener;
    private SocketChannel active;
    private SocketChannel passive;

    @BeforeEach
    void connect() throws IOException {
        listener = ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(LOOPBACK, 0));
        connectFrom(0);
    }

    private void connectFrom(int port) throws IOException {
        active = SocketChannel.open(StandardProtocolFamily.INET);
        active.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        active.setOption(StandardSocketOptions.SO_LINGER, 0);
        active.bind(new InetSocketAddress(LOOPBACK, port));
        active.connect(listener.getLocalAddress());
        passive = listener.accept();
        passive.setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    @AfterEach
    void close() throws IOException {
        active.close();
        passive.close();
        listener.close();
    }

    private int port() throws IOException {
        return ((InetSocketAddress) active.getLocalAddress()).getPort();
    }

    private int listenerPort() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private SocketEndpoints endpoints() throws IOException {
        return SocketEndpoints.of(LOOPBACK.getAddress(), port(), LOOPBACK.getAddress(), listenerPort());
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
                Tcb.find(SocketEndpoints.of(LOOPBACK.getAddress(), port(), new byte[] {127, 0, 0, 2}, listenerPort())));
    }

    @Test
    void shouldNeverFindAListener() throws IOException {
        byte[] any = new byte[4];
        assertEquals(Optional.empty(), Tcb.find(SocketEndpoints.of(LOOPBACK.getAddress(), listenerPort(), any, 0)));
        assertEquals(Optional.empty(), Tcb.find(SocketEndpoints.of(LOOPBACK.getAddress(), listenerPort(), any, 1)));
        assertEquals(Optional.empty(), Tcb.find(SocketEndpoints.of(any, 0, any, 0)));
    }

    @Test
    void shouldAbortTheConnectionForItsOwnerAndItsPeer() throws IOException {
        delete(Tcb.find(endpoints()).orElseThrow());
        var owner = assertThrows(IOException.class, () -> active.read(ByteBuffer.allocate(1)));
        assertTrue(String.valueOf(owner.getMessage()).contains("abort"), owner.toString());
        var peer = assertThrows(IOException.class, () -> passive.read(ByteBuffer.allocate(1)));
        assertTrue(String.valueOf(peer.getMessage()).contains("reset"), peer.toString());
        assertEquals(Optional.empty(), Tcb.find(endpoints()));
    }

    @Test
    void shouldNotDestroyALaterConnectionWithTheSameEndpoints() throws IOException {
        int port = port();
        Tcb stale = Tcb.find(endpoints()).orElseThrow();
        active.close();
        passive.close();
        connectFrom(port);
        assertEquals(stale.endpoints(), endpoints());
        var gone = assertThrows(ErrnoException.class, () -> delete(stale));
        assertEquals(ErrnoException.ENOENT, gone.errno());
        active.write(ByteBuffer.allocate(7));
        assertEquals(7, passive.read(ByteBuffer.allocate(7)));
    }

    /** Without a cookie the kernel would end the listener. */
    @Test
    void shouldNotDestroyTheListenerOfAClosedConnection() throws IOException {
        Tcb ours = Tcb.find(SocketEndpoints.of(LOOPBACK.getAddress(), listenerPort(), LOOPBACK.getAddress(), port()))
                .orElseThrow();
        active.close();
        passive.close();
        assertEquals(
                ErrnoException.ENOENT,
                assertThrows(ErrnoException.class, () -> delete(ours)).errno());
        try (SocketChannel again = SocketChannel.open(listener.getLocalAddress())) {
            assertTrue(again.isConnected());
        }
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
