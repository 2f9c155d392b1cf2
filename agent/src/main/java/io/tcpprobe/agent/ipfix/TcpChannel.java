package io.tcpprobe.agent.ipfix;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Messages in a TCP connection (RFC 7011, section 10.4). A collector sends nothing. */
final class TcpChannel implements CollectorChannel {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final InetSocketAddress peer;
    private final long limitMillis;

    private TcpChannel(SocketChannel channel, Selector selector, InetSocketAddress peer, long limitMillis)
            throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.peer = peer;
        this.limitMillis = limitMillis;
        this.key = channel.register(selector, SelectionKey.OP_CONNECT);
    }

    /**
     * Connects.
     *
     * @param limit maximum time to connect, and for the collector to accept more of a message
     * @throws IOException if it does not succeed
     */
    @SuppressWarnings("resource") // closed by close
    static TcpChannel open(InetSocketAddress peer, Duration limit) throws IOException {
        Selector selector = Selector.open();
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.configureBlocking(false);
            TcpChannel opened = new TcpChannel(channel, selector, peer, limit.toMillis());
            opened.connect();
            return opened;
        } catch (IOException | RuntimeException failed) {
            selector.close();
            if (channel != null) {
                channel.close();
            }
            throw failed;
        }
    }

    private void connect() throws IOException {
        if (!channel.connect(peer)) {
            do {
                await(SelectionKey.OP_CONNECT, "the connection was not accepted");
            } while (!channel.finishConnect());
        }
    }

    private void await(int operation, String late) throws IOException {
        key.interestOps(operation);
        int ready = selector.select(limitMillis);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
        if (ready == 0) {
            throw new SocketTimeoutException(late + " within " + limitMillis + " ms");
        }
    }

    @Override
    public Previous write(ByteBuffer message) throws IOException {
        checkOpen();
        while (message.hasRemaining()) {
            if (channel.write(message) == 0) {
                await(SelectionKey.OP_WRITE, "the collector does not read: nothing more was accepted");
            }
        }
        return Previous.ACCEPTED;
    }

    /** Notices that the collector has closed the connection, since the next write would still succeed, and be lost; or that it is none. */
    private void checkOpen() throws IOException {
        int read = channel.read(ByteBuffer.allocate(1));
        if (read < 0) {
            throw new EOFException("the collector has closed the connection");
        }
        if (read > 0) {
            throw new IOException("the collector sends something: it is not an IPFIX collector");
        }
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException _) {
            return; // there is nothing left to close
        }
    }
}
