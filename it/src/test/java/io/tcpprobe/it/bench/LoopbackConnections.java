package io.tcpprobe.it.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Idle connections over loopback, with both endpoints in one process; reset when closed, so that none remains in TIME_WAIT. They use IPv4
 * sockets, which every agent shows in its oldest table, not IPv6 sockets with IPv4 addresses. Run as a program, it opens the number of
 * connections of its first argument, to the address 127.0.0.N of its second, prints a line, and holds them until its standard input ends.
 */
final class LoopbackConnections implements AutoCloseable {
    private final List<SocketChannel> open = new ArrayList<>();

    private LoopbackConnections() {}

    public static void main(String[] arguments) throws IOException {
        try (var _ = open(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("open");
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static LoopbackConnections open(int count, int host) throws IOException {
        LoopbackConnections connections = new LoopbackConnections();
        var address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host}), 0);
        try (ServerSocketChannel listener =
                ServerSocketChannel.open(StandardProtocolFamily.INET).bind(address)) {
            for (int i = 0; i < count; i++) {
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.INET);
                connections.add(client);
                client.connect(listener.getLocalAddress());
                connections.add(listener.accept());
            }
            return connections;
        } catch (IOException failed) {
            connections.close();
            throw failed;
        }
    }

    private void add(SocketChannel channel) throws IOException {
        open.add(channel);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
    }
}
