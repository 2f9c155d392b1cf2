package io.tcpprobe.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A connection of this process to itself, for tests that delete it. Its endpoints are reset when they are closed. */
public final class LoopbackConnection implements AutoCloseable {
    public static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final ServerSocketChannel listener;
    private SocketChannel active;
    private SocketChannel passive;

    /** Opens a connection from any port. */
    public LoopbackConnection() throws IOException {
        listener = ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(LOOPBACK, 0));
        active = connected(0);
        passive = accepted();
    }

    private SocketChannel connected(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.bind(new InetSocketAddress(LOOPBACK, port));
        channel.connect(listener.getLocalAddress());
        return channel;
    }

    private SocketChannel accepted() throws IOException {
        SocketChannel channel = listener.accept();
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        return channel;
    }

    /** Closes the connection; the listener stays. */
    public void disconnect() throws IOException {
        active.close();
        passive.close();
    }

    /** Opens another connection to the same listener, from this port, or from any port if it is 0. */
    public void reconnect(int port) throws IOException {
        disconnect();
        active = connected(port);
        passive = accepted();
    }

    /** Returns the port of the endpoint that connected. */
    public int port() throws IOException {
        return ((InetSocketAddress) active.getLocalAddress()).getPort();
    }

    /** Returns the port of the listener. */
    public int listenerPort() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /** Fails unless data passes. */
    public void assertAlive() throws IOException {
        active.write(ByteBuffer.allocate(7));
        int read = passive.read(ByteBuffer.allocate(7));
        if (read != 7) {
            throw new AssertionError(read + " bytes read of 7");
        }
    }

    /** Fails unless the connection was aborted for its owner (ECONNABORTED), and reset for the peer. */
    public void assertAborted() {
        assertFails(active, "abort");
        assertFails(passive, "reset");
    }

    private static void assertFails(SocketChannel channel, String how) {
        try {
            throw new AssertionError(channel.read(ByteBuffer.allocate(1)) + " bytes read of a deleted connection");
        } catch (IOException failed) {
            if (!String.valueOf(failed.getMessage()).contains(how)) {
                throw new AssertionError("not " + how, failed);
            }
        }
    }

    @Override
    public void close() throws IOException {
        disconnect();
        listener.close();
    }
}
