package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of loopback that nothing uses now, for programs that cannot choose one themselves. */
final class FreePort {
    private static final int FIRST = 20_000;
    private static final int LAST = 30_000;

    /** Processes of tests that run at once begin at different ports. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(FIRST + (int) (ProcessHandle.current().pid() * 101 % (LAST - FIRST - 1000)));

    private FreePort() {}

    /**
     * Returns a port of TCP and UDP that is not given to a client meanwhile: one below the ephemeral range, and not one that this was asked for before.
     * For a program that is started later, or stopped and started again.
     */
    static int belowEphemeral() {
        for (int port = NEXT.getAndIncrement(); port < LAST; port = NEXT.getAndIncrement()) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    DatagramSocket _ = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // used: the next one
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST + " to " + LAST);
    }

    /** Returns a TCP port. */
    static int tcp() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns a UDP port. */
    static int udp() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
