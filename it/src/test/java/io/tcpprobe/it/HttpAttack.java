package io.tcpprobe.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Malicious clients of the HTTP interface, on this host's loopback address, until they are closed. They ignore the results of their
 * requests.
 */
final class HttpAttack implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5000;
    private static final long DRIP_MILLIS = 2000;
    private static final String LISTS = "[" + "{\"type\":\"list\"},".repeat(49) + "{\"type\":\"list\"}]";

    /** The beginnings of slow clients' requests: in the header, in the first line, in the body. */
    private static final List<String> BEGUN = List.of(
            "GET / HTTP/1.1\r\nHost: localhost\r\nX-a: ",
            "G",
            "POST /jolokia HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{");

    private final InetSocketAddress target;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    HttpAttack(URI target) {
        this.target = new InetSocketAddress(InetAddress.ofLiteral(target.getHost()), target.getPort());
    }

    /** Sends small bodies that request all MBeans 50 times, and single requests for them, without reading the responses. */
    HttpAttack lists(int clients) {
        String bulk =
                "POST /jolokia HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + LISTS.length() + "\r\n\r\n" + LISTS;
        for (int i = 0; i < clients; i++) {
            String request = i % 2 == 0 ? bulk : "GET /jolokia/list HTTP/1.1\r\nHost: localhost\r\n\r\n";
            start(() -> {
                try (Socket socket = connect()) {
                    write(socket, request);
                    pause(DRIP_MILLIS);
                }
            });
        }
        return this;
    }

    /** Sends arrays with 1,000 to 32,000 levels of nesting. */
    HttpAttack nested() {
        start(() -> {
            for (int depth : new int[] {1000, 4000, 6000, 16_000, 32_000}) {
                String body = "[".repeat(depth) + "]".repeat(depth);
                try (Socket socket = connect()) {
                    write(
                            socket,
                            "POST /jolokia HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body);
                    socket.getInputStream().readAllBytes();
                }
            }
            pause(100);
        });
        return this;
    }

    /** Holds this many connections with incomplete requests; opens closed ones again. */
    HttpAttack slow(int connections) {
        Deque<Socket> held = new ArrayDeque<>();
        start(() -> {
            long began = System.nanoTime();
            try {
                for (int i = held.size(); i < connections && !ended; i++) {
                    held.add(begin(i));
                }
                for (int i = 0; i < connections && !ended; i++) {
                    Socket oldest = held.remove();
                    try {
                        write(oldest, "a");
                        held.add(oldest);
                    } catch (IOException closed) {
                        oldest.close();
                        held.add(begin(i));
                    }
                }
            } finally {
                if (ended) {
                    for (Socket socket : held) {
                        socket.close();
                    }
                }
            }
            pause(DRIP_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        });
        return this;
    }

    private Socket begin(int number) throws IOException {
        Socket socket = connect();
        try {
            write(socket, BEGUN.get(number % BEGUN.size()));
        } catch (IOException closed) {
            return socket; // replaced at its next byte
        }
        return socket;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(CONNECT_MILLIS);
        socket.connect(target, CONNECT_MILLIS);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private interface Act {
        void act() throws IOException;
    }

    private void start(Act act) {
        threads.add(Thread.ofPlatform().daemon().name("attacker").start(() -> {
            while (!ended) {
                try {
                    act.act();
                } catch (IOException refused) {
                    pause(10);
                }
            }
            try {
                act.act(); // releases its connections
            } catch (IOException refused) {
                return;
            }
        }));
    }

    private void pause(long millis) {
        try {
            for (long left = millis; left > 0 && !ended; left -= 50) {
                Thread.sleep(Math.min(left, 50)); // the pace of the attack
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended = true;
        try {
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
