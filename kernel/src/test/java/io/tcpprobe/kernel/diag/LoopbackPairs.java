package io.tcpprobe.kernel.diag;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** Connections to one listening port of the loopback interface; closed by reset, so that none is left waiting. */
final class LoopbackPairs implements AutoCloseable {
    private record Pair(SocketChannel active, SocketChannel passive) {}

    private final ServerSocketChannel listener;
    private final Deque<Pair> pairs = new ArrayDeque<>();

    private LoopbackPairs(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /** Listens on this address, any port. */
    static LoopbackPairs listen(String address) throws IOException {
        var any = new InetSocketAddress(InetAddress.getAllByName(address)[0], 0);
        return new LoopbackPairs(ServerSocketChannel.open().bind(any));
    }

    int port() throws IOException {
        return address().getPort();
    }

    private InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** Opens a connection and returns the port of its active endpoint. */
    int open() throws IOException {
        Pair pair = new Pair(SocketChannel.open(address()), listener.accept());
        pair.active.setOption(StandardSocketOptions.SO_LINGER, 0);
        pair.passive.setOption(StandardSocketOptions.SO_LINGER, 0);
        pairs.addLast(pair);
        return ((InetSocketAddress) pair.active.getLocalAddress()).getPort();
    }

    void closeOldest() throws IOException {
        close(pairs.removeFirst());
    }

    private static void close(Pair pair) throws IOException {
        try (var _ = pair.passive) {
            pair.active.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        while (!pairs.isEmpty()) {
            closeOldest();
        }
    }
}
