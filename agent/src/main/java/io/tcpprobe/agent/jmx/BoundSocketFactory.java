package io.tcpprobe.agent.jmx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.server.RMIServerSocketFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Creates server sockets bound to one address, for RMI, which listens on all addresses by default. */
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

    /** Returns the listening port; registry and server share it. */
    int port() {
        return sockets.getFirst().getLocalPort();
    }

    /** Closes all sockets. RMI does not close a socket that was requested with port 0. */
    @Override
    public void close() throws IOException {
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }
}
