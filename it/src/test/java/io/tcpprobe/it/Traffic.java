package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Real TCP connections. A listener sends {@value #GREETING} bytes to each client and reads everything that it receives. Connections are
 * identified by their local ports.
 */
final class Traffic implements AutoCloseable {
    /** A prime, so that it is not mistaken for another number of bytes. */
    static final int GREETING = 769;

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int CHUNK = 64 * 1024;

    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final Map<Integer, SocketChannel> connections = new ConcurrentHashMap<>();
    private final List<SocketChannel> accepted = new ArrayList<>();

    /** Opens a listener of IPv4 on loopback and returns its port. */
    int listen() {
        return listen(StandardProtocolFamily.INET, LOOPBACK);
    }

    /** Connects to {@link #listen()}'s port and returns the local port. */
    int connect(int port) {
        return connect(StandardProtocolFamily.INET, LOOPBACK, port);
    }

    /**
     * Opens a listener.
     *
     * @param family the socket's family; an IPv6 socket that listens on "::" accepts IPv4 connections as well
     * @return its port
     */
    int listen(ProtocolFamily family, InetAddress address) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(family);
            listeners.add(listener);
            listener.bind(new InetSocketAddress(address, 0), 1024);
            Thread.startVirtualThread(() -> accept(listener));
            return port(listener.getLocalAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException("listen on " + address, failed);
        }
    }

    private void accept(ServerSocketChannel listener) {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                synchronized (accepted) {
                    accepted.add(connection);
                }
                Thread.startVirtualThread(() -> greetAndRead(connection));
            }
        } catch (ClosedChannelException _) {
            return; // end of file
        } catch (IOException failed) {
            throw new UncheckedIOException("accept", failed);
        }
    }

    private static void greetAndRead(SocketChannel connection) {
        try (connection) {
            connection.write(ByteBuffer.allocate(GREETING));
            drain(connection);
        } catch (IOException _) {
            return; // the peer or this object has closed the connection: the same as an end of file
        }
    }

    private static void drain(SocketChannel connection) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        int read = 0;
        while (read >= 0) {
            read = connection.read(buffer.clear());
        }
    }

    /**
     * Connects, and waits for the greeting.
     *
     * @param family the socket's family; an IPv6 socket reaches IPv4 addresses, v4-mapped
     * @return the connection's local port
     */
    int connect(ProtocolFamily family, InetAddress address, int port) {
        try {
            SocketChannel connection = SocketChannel.open(family);
            connection.connect(new InetSocketAddress(address, port));
            int local = port(connection.getLocalAddress());
            connections.put(local, connection);
            ByteBuffer greeting = ByteBuffer.allocate(GREETING);
            int read = 0;
            while (greeting.hasRemaining() && read >= 0) {
                read = connection.read(greeting);
            }
            return local;
        } catch (IOException failed) {
            throw new UncheckedIOException("connect to " + address + " port " + port, failed);
        }
    }

    /** Opens a listener that never accepts: the kernel completes connections up to the backlog, and nothing responds. */
    int listenDeaf(ProtocolFamily family, InetAddress address) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(family);
            listeners.add(listener);
            listener.bind(new InetSocketAddress(address, 0), 1024);
            return port(listener.getLocalAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException("listen on " + address, failed);
        }
    }

    /** Begins to connect without waiting; returns the local port. */
    int begin(ProtocolFamily family, InetAddress address, int port) {
        try {
            SocketChannel connection = SocketChannel.open(family);
            connection.configureBlocking(false);
            connection.bind(null); // otherwise it has no port before it is connected
            connection.connect(new InetSocketAddress(address, port));
            int local = port(connection.getLocalAddress());
            connections.put(local, connection);
            return local;
        } catch (IOException failed) {
            throw new UncheckedIOException("begin to connect to " + address + " port " + port, failed);
        }
    }

    /** Sends this many bytes; returns when the kernel has accepted them. */
    void send(int localPort, int bytes) {
        try {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (int left = bytes; left > 0; ) {
                chunk.clear().limit(Math.min(CHUNK, left));
                left -= connection(localPort).write(chunk);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("send from port " + localPort, failed);
        }
    }

    /** Closes the local endpoint of a connection. */
    void disconnect(int localPort) {
        try {
            connection(localPort).close();
            connections.remove(localPort);
        } catch (IOException failed) {
            throw new UncheckedIOException("close port " + localPort, failed);
        }
    }

    private SocketChannel connection(int localPort) {
        SocketChannel found = connections.get(localPort);
        if (found == null) {
            throw new IllegalArgumentException("there is no connection from port " + localPort);
        }
        return found;
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(connections.values());
        synchronized (accepted) {
            all.addAll(accepted);
        }
        all.addAll(listeners);
        try {
            for (AutoCloseable one : all) {
                one.close();
            }
        } catch (Exception failed) {
            throw new IllegalStateException("close the test's connections", failed);
        }
    }
}
