package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.test.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** Datagrams that are not as they should be neither stop the connector nor fill the log, and are counted. */
class HostileDatagramTest {
    private static final String UP_TIME = "1.3.6.1.2.1.1.3.0";
    private static final String IN_PACKETS = "1.3.6.1.2.1.11.1.0";
    private static final String BAD_VERSIONS = "1.3.6.1.2.1.11.3.0";
    private static final String BAD_COMMUNITY_NAMES = "1.3.6.1.2.1.11.4.0";
    private static final String BAD_COMMUNITY_USES = "1.3.6.1.2.1.11.5.0";
    private static final String PARSE_ERRORS = "1.3.6.1.2.1.11.6.0";
    private static final int MAX_LOG_CHARACTERS = 20_000;
    private static final int MAX_HEAP_GROWTH = 32 << 20;
    private static final int FUZZED = Boolean.getBoolean("tcpprobe.all") ? 300_000 : 5_000;

    /** How many datagrams go out before it is seen that the connector still answers: the kernel loses none of so few. */
    private static final int BETWEEN_CHECKS = 100;

    /** v1 GET, v2c GETBULK and SET, and the first message of a v3 manager. */
    private static final List<String> VALID = List.of(
            "302902010004067075626c6963a01c020401020304020100020100300e300c06082b060102010103000500",
            "302602010104067075626c6963a519020401020304020100020110300b300906052b060102010500",
            "302902010104067075626c6963a31c020401020304020100020100300e300c06082b060102010103000500",
            "303e0201033011020411223344020300ffe30401040201030410300e0400020100020100040004000400"
                    + "3014040004 00a00e020455667788020100020100 3000".replace(" ", ""));

    @TempDir
    private Path state;

    @BeforeEach
    void logAsInstalled() {
        Logging.start();
    }

    private static List<byte[]> malformed() throws IOException {
        try (InputStream in = HostileDatagramTest.class.getResourceAsStream("malformed.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> HexFormat.of().parseHex(line.strip()))
                    .toList();
        }
    }

    private static void send(DatagramSocket from, byte[] datagram, OpenConnector connector) throws IOException {
        from.send(new DatagramPacket(datagram, datagram.length, connector.address()));
    }

    @Test
    void shouldCountEachMalformedDatagramAndLogEachKindOnce() throws Exception {
        try (OpenConnector connector = new OpenConnector(state, Map.of());
                DatagramSocket stranger = new DatagramSocket();
                Heard log = Heard.of(Logger.ROOT_LOGGER_NAME)) {
            List<byte[]> datagrams = malformed();
            int rounds = 20;
            for (int i = 0; i < rounds; i++) {
                for (byte[] datagram : datagrams) {
                    send(stranger, datagram, connector);
                }
                connector.get(UP_TIME); // all of them were read
            }
            assertEquals(rounds, connector.get(BAD_VERSIONS), "snmpInBadVersions");
            assertEquals((long) rounds * (datagrams.size() - 1), connector.get(PARSE_ERRORS), "snmpInASNParseErrs");
            long asked = rounds + 3L; // by this test, the last one included
            assertTrue(connector.get(IN_PACKETS) >= (long) rounds * datagrams.size() + asked, "snmpInPkts");
            List<String> lines = log.lines();
            assertTrue(
                    lines.contains(
                            "WARN read a datagram from 127.0.0.1: not a valid SNMP message; logged once an hour"),
                    lines::toString);
            assertTrue(lines.size() <= 6, lines::toString);
            assertTrue(lines.stream().noneMatch(line -> line.contains("\n")), lines::toString);
        }
    }

    @Test
    void shouldCountAndLogUnknownCommunitiesAndSetsByCommunity() throws Exception {
        byte[] unknown = HexFormat.of()
                .parseHex("302902010104067075626c6978a01c020401020304020100020100300e300c06082b060102010103000500");
        try (OpenConnector connector = new OpenConnector(state, Map.of());
                DatagramSocket stranger = new DatagramSocket();
                Heard log = Heard.of(Logger.ROOT_LOGGER_NAME)) {
            int rounds = 50;
            for (int i = 0; i < rounds; i++) {
                send(stranger, unknown, connector);
                send(stranger, HexFormat.of().parseHex(VALID.get(2)), connector);
            }
            assertEquals(rounds, connector.get(BAD_COMMUNITY_NAMES), "snmpInBadCommunityNames");
            assertEquals(rounds, connector.get(BAD_COMMUNITY_USES), "snmpInBadCommunityUses");
            List<String> lines = log.lines();
            assertEquals(2, lines.size(), lines::toString);
        }
    }

    @Test
    void shouldAnswerAfterRandomInput() throws Exception {
        long seed = Seed.next();
        Random random = new Random(seed);
        List<byte[]> models = new ArrayList<>(malformed());
        VALID.forEach(hex -> models.add(HexFormat.of().parseHex(hex)));
        try (OpenConnector connector = new OpenConnector(state, Map.of());
                DatagramSocket stranger = new DatagramSocket();
                Heard log = Heard.of(Logger.ROOT_LOGGER_NAME)) {
            connector.get(UP_TIME);
            long before = usedHeap();
            int characters = 0;
            for (int i = 1; i <= FUZZED; i++) {
                send(stranger, mutated(models.get(random.nextInt(models.size())), random), connector);
                if (i % BETWEEN_CHECKS == 0 || i == FUZZED) {
                    connector.get(UP_TIME);
                    characters += log.lines().stream().mapToInt(String::length).sum();
                }
            }
            assertTrue(characters < MAX_LOG_CHARACTERS, "the log grew by " + characters + ", seed " + seed);
            long growth = usedHeap() - before;
            assertTrue(growth < MAX_HEAP_GROWTH, "the heap grew by " + growth + ", seed " + seed);
            assertTrue(connector.get(IN_PACKETS) >= FUZZED, "all were received");
        }
    }

    private static byte[] mutated(byte[] model, Random random) {
        byte[] bytes = model.clone();
        for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
                case 4 -> bytes[at] = (byte) 0xff;
                default -> System.arraycopy(bytes, at, bytes, random.nextInt(at + 1), bytes.length - at);
            }
        }
        return bytes;
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
