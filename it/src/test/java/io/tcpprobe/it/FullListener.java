package io.tcpprobe.it;

import io.tcpprobe.test.LoopbackConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A listener on loopback that never accepts, with a backlog of one. */
final class FullListener implements AutoCloseable {
    private final List<SocketChannel> clients = new ArrayList<>();
    private final ServerSocket listener;

    private FullListener(ServerSocket listener) {
        this.listener = listener;
    }

    static FullListener open() throws IOException {
        return new FullListener(new ServerSocket(0, 1, LoopbackConnection.LOOPBACK));
    }

    /** Returns its address: "127.0.0.1:4711". */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Begins one more connect; from the third on, they overflow. Returns how many there are. */
    int overflow() {
        try {
            SocketChannel channel = SocketChannel.open();
            clients.add(channel);
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(LoopbackConnection.LOOPBACK, listener.getLocalPort()));
            return clients.size();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Closes the clients, so that no SYN is retransmitted. */
    void relieve() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
        clients.clear();
    }

    @Override
    public void close() throws IOException {
        relieve();
        listener.close();
    }
}
