package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountersTest {
    private static Counters parse(String text, String group) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Counters.parse(bytes, bytes.length, group, Counters.NONE);
    }

    private static String capture(String name) throws IOException {
        try (var in = CountersTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** Tcp: 1 200 120000 -1 71 20 0 1 0 2785 2482 2 0 85 0. */
    @Test
    void shouldReadTheTcpCountersOfLinux618() throws IOException {
        Counters tcp = parse(capture("snmp-6.18.txt"), "Tcp");
        assertEquals(15, tcp.names().size());
        assertEquals(1, tcp.value("RtoAlgorithm"));
        assertEquals(200, tcp.value("RtoMin"));
        assertEquals(120_000, tcp.value("RtoMax"));
        assertEquals(-1, tcp.value("MaxConn"));
        assertEquals(List.of("OutRsts", "InCsumErrors"), tcp.names().subList(13, 15));
    }

    /** Whatever is in the file: every value is the one below its name. */
    @ParameterizedTest
    @ValueSource(strings = {"snmp-6.18.txt Tcp", "netstat-6.18.txt TcpExt", "netstat-6.18.txt MPTcpExt"})
    void shouldKeepEveryCounterOfLinux618(String fileAndGroup) throws IOException {
        String[] given = fileAndGroup.split(" ", 2);
        String text = capture(given[0]);
        List<String[]> lines = text.lines()
                .filter(line -> line.startsWith(given[1] + ": "))
                .map(line -> line.split(" ", -1))
                .toList();
        Counters counters = parse(text, given[1]);
        assertEquals(lines.getFirst().length - 1, counters.names().size());
        for (int i = 1; i < lines.getFirst().length; i++) {
            assertEquals(lines.getFirst()[i], counters.names().get(i - 1));
            assertEquals(lines.getLast()[i], Long.toString(counters.value(i - 1)));
            assertEquals(counters.value(i - 1), counters.value(lines.getFirst()[i]));
        }
    }

    @Test
    void shouldFindColumnsByNameWhateverTheirOrder() {
        Counters tcp = parse("Tcp: OutSegs Brandnew InSegs\nTcp: 3 2 1\n", "Tcp");
        assertEquals(1, tcp.value("InSegs"));
        assertEquals(2, tcp.value("Brandnew"));
        assertEquals(3, tcp.value("OutSegs"));
        assertTrue(tcp.has("Brandnew"));
        assertFalse(tcp.has("CurrEstab"));
        assertEquals(0, tcp.value("CurrEstab"));
    }

    @Test
    void shouldNotTakeAGroupForOneWithALongerName() {
        Counters tcp = parse("TcpExt: A\nTcpExt: 1\nTcp: A\nTcp: 2\nMPTcp: A\nMPTcp: 3\n", "Tcp");
        assertEquals(2, tcp.value("A"));
    }

    @Test
    void shouldKeepUnsignedNumbersOf64Bits() {
        Counters tcp = parse("Tcp: A B C\nTcp: 18446744073709551615 9223372036854775808 -1\n", "Tcp");
        assertEquals("18446744073709551615", Long.toUnsignedString(tcp.value("A")));
        assertEquals("9223372036854775808", Long.toUnsignedString(tcp.value("B")));
        assertEquals(-1, tcp.value("C"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "Tcp:",
                "Tcp: A B\n",
                "Tcp: A B\nTcp:\n",
                "Tcp: A B\nTcp: 1\n", // a value is missing
                "Tcp: A B\nTcp: 1 2 3\n", // a name is missing: which one?
                "Tcp: A B\nTcp: 1 2x\n",
                "Tcp: A B\nTcp: 1 2 x\n",
                "Tcp: A B\nTcp: 1 -\n",
                "Tcp: A B\nTcp: 1 +2\n",
                "Tcp: A B\nTcp: 1\t2\n",
                "Tcp: A B\nTcp: 1 2", // torn: it may have been 25
                "Tcp: A B\nUdp: 1 2\n",
                " Tcp: A B\n Tcp: 1 2\n"
            })
    void shouldGiveNothingUnlessTheGroupIsThereWhole(String text) {
        assertSame(Counters.NONE, parse(text, "Tcp"));
    }

    @Test
    void shouldGiveNothingForAGroupThatTheKernelDoesNotHave() throws IOException {
        Counters none = parse(capture("snmp-6.18.txt"), "MPTcpExt");
        assertEquals(List.of(), none.names());
        assertFalse(none.has("InSegs"));
    }

    @Test
    void shouldShareTheNamesUntilTheHeaderChanges() {
        Counters first = parse("Tcp: A B\nTcp: 1 2\n", "Tcp");
        byte[] same = "Tcp: A B\nTcp: 3 4\n".getBytes(StandardCharsets.US_ASCII);
        Counters second = Counters.parse(same, same.length, "Tcp", first);
        assertSame(first.names(), second.names());
        assertEquals(3, second.value("A"));
        byte[] other = "Tcp: B A\nTcp: 5 6\n".getBytes(StandardCharsets.US_ASCII);
        Counters third = Counters.parse(other, other.length, "Tcp", second);
        assertEquals(6, third.value("A"));
        assertEquals(1, first.value("A"), "a reading never changes");
    }

    @Test
    void shouldReadNothingBehindTheLength() {
        byte[] text = "Tcp: A B\nTcp: 1 2\nTcp: C\nTcp: 3\n".getBytes(StandardCharsets.US_ASCII);
        assertSame(Counters.NONE, Counters.parse(text, 17, "Tcp", Counters.NONE));
        assertEquals(2, Counters.parse(text, 18, "Tcp", Counters.NONE).value("B"));
    }

    @Test
    void shouldNeverThrowOnGarbage() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = capture("snmp-6.18.txt").getBytes(StandardCharsets.US_ASCII);
        Counters previous = Counters.NONE;
        for (int round = 0; round < 10_000; round++) {
            byte[] text = good.clone();
            for (int i = random.nextInt(30); i >= 0; i--) {
                text[random.nextInt(text.length)] =
                        (byte) (random.nextInt(4) == 0 ? "\n -9:".charAt(random.nextInt(5)) : random.nextInt());
            }
            try {
                previous = Counters.parse(text, random.nextInt(text.length + 1), "Tcp", previous);
                assertEquals(
                        previous.names().size(),
                        previous.names().stream().mapToLong(previous::value).count());
            } catch (RuntimeException thrown) {
                throw new AssertionError("seed " + seed + ", round " + round, thrown);
            }
        }
    }
}
