package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Seed;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jolokia.json.JSONObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs attacks that any client on the network can make, all at the same time: other clients must not notice. */
class AttackIT {
    private static final boolean ALL = Boolean.getBoolean("tcpprobe.all");
    private static final int SLOW = ALL ? 5000 : 1500;
    private static final int DATAGRAMS = ALL ? 300_000 : 30_000;
    private static final Duration TIME = Duration.ofSeconds(ALL ? 60 : 12);
    private static final int CHECK_EVERY = 20;
    private static final long QUEUED_BYTES = 50_000;
    private static final int LOG_BYTES = 20_000;
    private static final long HEAP_BYTES = 30 << 20;

    /** GET of sysUpTime.0 by v2c with the community public; request id 0x01020304. */
    private static final byte[] GET_BY_V2C = HexFormat.of()
            .parseHex("302902010104067075626c6963a01c020401020304020100020100300e300c06082b060102010103000500");

    /** The first message of a v3 manager: engine discovery. */
    private static final byte[] DISCOVERY = HexFormat.of()
            .parseHex("303e0201033011020401020304020300ffe30401040201030410300e04000201000201"
                    + "00040004000400301404000400a00e0204010203040201000201003000");

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    private Path state;

    private final AtomicLong sent = new AtomicLong();
    private volatile boolean ended;

    @Test
    void shouldAnswerOtherClientsDuringEveryAttack() throws Exception {
        AgentProcess agent = agents.start(AgentOptions.in(state).environment("JDK_JAVA_OPTIONS", "-Xmx512m"));
        assertGet(agent.http(), "/jolokia/list"); // all classes are loaded now
        int lengthBefore = agent.output().length();
        long heap = heapAfterCollection(agent);
        long seed = Seed.next();
        Thread datagrams = Thread.ofPlatform().daemon().start(() -> sendMutated(agent, new Random(seed)));
        int good = 0;
        try (HttpAttack attack = new HttpAttack(agent.http())) {
            attack.lists(64).nested().slow(SLOW);
            long end = System.nanoTime() + TIME.toNanos();
            while (System.nanoTime() < end || sent.get() < DATAGRAMS) {
                for (String target : List.of("/", "/jolokia/version", "/jolokia/read/tcpprobe:type=Settings")) {
                    assertGet(agent.http(), target);
                    good++;
                }
                assertSnmpGet(agent.snmp());
                good++;
            }
        } finally {
            ended = true;
            datagrams.join();
        }
        System.out.printf(Locale.ROOT, "%d requests answered beside %d datagrams%n", good, sent.get());
        assertTrue(good >= 20, good + " requests in " + TIME);
        int grown = agent.output().length() - lengthBefore;
        assertTrue(grown < LOG_BYTES, () -> "the log grew by " + grown + " bytes:\n" + agent.output());
        Waiting.until(
                "the heap that was used before", () -> heapAfterCollection(agent), now -> now < heap + HEAP_BYTES);
        assertEquals(0, agent.stop("TERM") % 143);
    }

    private static void assertGet(URI http, String target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(http.getHost()), http.getPort()), 20_000);
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), () -> target + ": " + answer);
        }
    }

    private static InetSocketAddress address(String hostAndPort) {
        URI uri = URI.create("udp://" + hostAndPort);
        return new InetSocketAddress(InetAddress.ofLiteral(uri.getHost()), uri.getPort());
    }

    /** Sends requests as managers do, with retries, since UDP may lose a datagram. */
    private static void assertSnmpGet(String snmp) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address(snmp));
            socket.setSoTimeout(3000);
            for (int tries = 0; tries < 4; tries++) {
                socket.send(new DatagramPacket(GET_BY_V2C, GET_BY_V2C.length));
                try {
                    DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                    socket.receive(answer);
                    String hex = HexFormat.of().formatHex(answer.getData(), 0, answer.getLength());
                    assertTrue(hex.matches(".*06082b0601020101030043.*"), () -> "no TimeTicks: " + hex);
                    return;
                } catch (SocketTimeoutException lost) {
                    System.out.println("no answer by SNMP to try " + (tries + 1));
                }
            }
        }
        throw new AssertionError("no answer by SNMP");
    }

    /**
     * Sends requests with a few changed bytes or a truncated end. Sends only as fast as the agent reads: a datagram that the kernel drops
     * tests nothing, and on a slow machine most would be dropped.
     */
    private void sendMutated(AgentProcess agent, Random random) {
        try (DatagramSocket socket = new DatagramSocket()) {
            InetSocketAddress to = address(agent.snmp());
            for (int i = 0; i < DATAGRAMS && !ended; i++) {
                byte[] bytes = (random.nextBoolean() ? GET_BY_V2C : DISCOVERY).clone();
                for (int changes = random.nextInt(6); changes > 0; changes--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                int length = random.nextInt(4) == 0 ? 1 + random.nextInt(bytes.length) : bytes.length;
                socket.send(new DatagramPacket(Arrays.copyOf(bytes, length), length, to));
                sent.incrementAndGet();
                while (i % CHECK_EVERY == 0 && queued(to.getPort()) > QUEUED_BYTES && !ended) {
                    Waiting.pause(Duration.ofMillis(1)); // until the queue is shorter
                }
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Returns the number of bytes in the receive queue of a UDP port, as the kernel counts them (proc(5)). */
    private static long queued(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        long bytes = 0;
        for (String table : List.of("/proc/net/udp", "/proc/net/udp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+", 6);
                if (columns[1].endsWith(local)) {
                    bytes += Long.parseLong(columns[4].split(":", 2)[1], 16);
                }
            }
        }
        return bytes;
    }

    private static long heapAfterCollection(AgentProcess agent) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Tools.here().run(jcmd, Long.toString(agent.pid()), "GC.run").expectSuccess();
        try {
            JSONObject heap = (JSONObject) new Jolokia(agent.http()).read("java.lang:type=Memory", "HeapMemoryUsage");
            return ((Number) heap.get("used")).longValue();
        } catch (Exception failed) {
            throw new IllegalStateException("read the heap's use", failed);
        }
    }

    @Test
    @Needs({"prlimit", "root"})
    void shouldContinueWhenFileDescriptorsRunOut() throws Exception {
        AgentOptions options = AgentOptions.in(state).inside(new Tools(List.of("prlimit", "--nofile=400:400")));
        AgentProcess agent = agents.start(options);
        assertGet(agent.http(), "/jolokia/version");
        try (HttpAttack attack = new HttpAttack(agent.http())) {
            attack.slow(600);
            Waiting.until("the warning", agent::output, text -> text.contains(" connections at once"));
            for (int i = 0; i < 20; i++) {
                assertGet(agent.http(), "/jolokia/read/tcpprobe:type=Tcp"); // opens files
                assertSnmpGet(agent.snmp());
            }
            // now the process as a whole has no free descriptors left
            prlimit(agent, "10:400");
            Waiting.until("the warning", agent::output, text -> text.contains("cannot accept connections"));
            prlimit(agent, "400:400");
            assertGet(agent.http(), "/jolokia/read/tcpprobe:type=Tcp");
        }
        assertGet(agent.http(), "/jolokia/read/tcpprobe:type=Tcp");
        for (String warning : List.of(" connections at once", "cannot accept connections")) {
            assertEquals(
                    1,
                    agent.output()
                            .lines()
                            .filter(line -> line.contains(warning))
                            .count(),
                    agent::output);
        }
    }

    private static void prlimit(AgentProcess agent, String limit) {
        Tools.here()
                .run("prlimit", "--pid", Long.toString(agent.pid()), "--nofile=" + limit)
                .expectSuccess();
    }
}
