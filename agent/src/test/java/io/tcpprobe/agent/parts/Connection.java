package io.tcpprobe.agent.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A TCP connection of the test's own, on loopback: two flows, one for each end.
 *
 * @param listener what was connected to
 * @param client the end that connected
 * @param server the end that accepted
 */
public record Connection(ServerSocket listener, Socket client, Socket server) implements AutoCloseable {
    /** A connection to a new port. */
    public static Connection open() throws IOException {
        return to(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
    }

    /** A connection to this port. */
    public static Connection to(ServerSocket listener) throws IOException {
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        return new Connection(listener, client, listener.accept());
    }

    /** Sends so many bytes from the client and has them read. */
    public void send(int bytes) throws IOException {
        client.getOutputStream().write(new byte[bytes]);
        server.getInputStream().readNBytes(bytes);
    }

    /** The port that was connected to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** The client's own end, as flows name it. */
    public String clientEnd() {
        return "127.0.0.1:" + client.getLocalPort();
    }

    /** Ends the connection at once, without TIME_WAIT; what it was connected to goes on listening. */
    public void reset() throws IOException {
        client.setSoLinger(true, 0);
        client.close();
        server.close();
    }

    @Override
    public void close() {
        try {
            if (!client.isClosed()) {
                reset();
            }
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
