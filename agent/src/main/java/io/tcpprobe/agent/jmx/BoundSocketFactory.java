package io.tcpprobe.agent.jmx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.server.RMIServerSocketFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listening sockets of one address, for RMI: by itself it listens on all. */
final class BoundSocketFactory implements RMIServerSocketFactory, AutoCloseable {
    private static final int BACKLOG = 50;

    private final InetAddress address;
    private final List<ServerSocket> sockets = new CopyOnWriteArrayList<>();

    BoundSocketFactory(InetAddress address) {
        this.address = address;
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        ServerSocket socket = new ServerSocket(port, BACKLOG, address);
        sockets.add(socket);
        return socket;
    }

    /** The port that is listened on; registry and server share it. */
    int port() {
        return sockets.getFirst().getLocalPort();
    }

    /** RMI leaves a socket open that was asked for with port 0. */
    @Override
    public void close() throws IOException {
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }
}
