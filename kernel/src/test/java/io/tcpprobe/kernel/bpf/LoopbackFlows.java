package io.tcpprobe.kernel.bpf;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Connections over loopback to one port, which identifies them: two flows each, one for each endpoint. */
final class LoopbackFlows implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final Deque<Socket> clients = new ArrayDeque<>();
    private final Deque<Socket> accepted = new ArrayDeque<>();

    LoopbackFlows() throws IOException {}

    int port() {
        return server.getLocalPort();
    }

    /** Opens one more connection. */
    void open() throws IOException {
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        client.setTcpNoDelay(true);
        clients.add(client);
        accepted.add(server.accept());
    }

    /** Sends a byte to and fro on the connection that was opened last. */
    void pingPong() throws IOException {
        clients.getLast().getOutputStream().write(1);
        accepted.getLast().getInputStream().read();
        accepted.getLast().getOutputStream().write(1);
        clients.getLast().getInputStream().read();
    }

    /** Sends a byte to and fro for some time, every millisecond or two. */
    void pingPongFor(long millis) throws IOException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() - end < 0) {
            pingPong();
            Waiting.pause(Duration.ofMillis(1)); // the pace of the segments
        }
    }

    /** Closes the connection that was opened last, its client first. */
    void closeLast() throws IOException {
        clients.removeLast().close();
        accepted.removeLast().close();
    }

    /** Resets the connection that was opened last. */
    void resetLast() throws IOException {
        clients.getLast().setSoLinger(true, 0);
        closeLast();
    }

    @Override
    public void close() throws IOException {
        while (!clients.isEmpty()) {
            closeLast();
        }
        server.close();
    }
}
