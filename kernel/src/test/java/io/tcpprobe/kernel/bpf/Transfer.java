package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.proc.NetworkNamespaces;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import jdk.net.ExtendedSocketOptions;

/** A connection from one namespace into another, that has carried data and is still. */
final class Transfer implements AutoCloseable {
    private ServerSocket server;
    private Socket client;
    private Socket accepted;

    static {
        useSocketsHere();
    }

    /** With its first socket Java opens one that it keeps: opened in a namespace that is deleted, it would keep that. */
    private static void useSocketsHere() {
        try {
            new ServerSocket(0).close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Transfer(Path from, Path to, String address, int bytes) throws IOException {
        NetworkNamespaces.enter(to, () -> server = new ServerSocket(0, 1, InetAddress.getByName(address)));
        NetworkNamespaces.enter(from, () -> client = new Socket(address, server.getLocalPort()));
        accepted = server.accept();
        exchange(bytes);
    }

    /** Begins to connect from the left side to the right one, on a thread of its own. */
    static CompletableFuture<Transfer> opening(LinkedNamespaces namespaces, int bytes) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, bytes);
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                },
                task -> Thread.ofPlatform().start(task));
    }

    /** Reads all, then sends a byte. */
    private void swallow(int bytes) {
        try {
            InputStream in = accepted.getInputStream();
            in.skipNBytes(bytes);
            accepted.getOutputStream().write(1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends this many bytes, and waits until the peer has read them and has answered with a byte. */
    void exchange(int bytes) throws IOException {
        Thread echo = Thread.ofPlatform().start(() -> swallow(bytes));
        client.getOutputStream().write(new byte[bytes]);
        if (client.getInputStream().read() != 1) {
            throw new IOException("the peer did not receive all bytes");
        }
        join(echo);
    }

    /** {@link #exchange} for a thread. */
    void exchangeUnchecked(int bytes) {
        try {
            exchange(bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends this many bytes, which the peer does not read. */
    void send(int bytes) throws IOException {
        client.getOutputStream().write(new byte[bytes]);
    }

    /** Has the sender probe the idle peer after this many seconds, and give up after the same time without an answer. */
    void keepAlive(int seconds, int probes) throws IOException {
        client.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, seconds);
        client.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, seconds);
        client.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, probes);
        client.setKeepAlive(true);
    }

    /** Waits until all sent bytes have been acknowledged. */
    void awaitAcknowledged(Waiting.Condition<IOException> acknowledged) throws IOException {
        Waiting.until("what was sent to be acknowledged", acknowledged);
    }

    int port() {
        return server.getLocalPort();
    }

    int clientPort() {
        return client.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        client.close();
        accepted.close();
        server.close();
    }
}
