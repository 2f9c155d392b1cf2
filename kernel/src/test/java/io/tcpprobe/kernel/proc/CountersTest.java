package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.proc.Counters.Fault;
import io.tcpprobe.test.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        String[] parts = fileAndGroup.split(" ", 2);
        String text = capture(parts[0]);
        List<String[]> lines = text.lines()
                .filter(line -> line.startsWith(parts[1] + ": "))
                .map(line -> line.split(" ", -1))
                .toList();
        Counters counters = parse(text, parts[1]);
        assertEquals(lines.getFirst().length - 1, counters.names().size());
        for (int i = 1; i < lines.getFirst().length; i++) {
            assertEquals(lines.getFirst()[i], counters.names().get(i - 1));
            assertEquals(lines.getLast()[i], Long.toString(counters.value(i - 1)));
            assertEquals(counters.value(i - 1), counters.value(lines.getFirst()[i]));
        }
    }

    @Test
    void shouldReadTheFirstOfTwoColumnsWithOneName() {
        Counters tcp = parse("Tcp: OutSegs InSegs OutSegs\nTcp: 3 2 1\n", "Tcp");
        assertEquals(3, tcp.value("OutSegs"));
        assertEquals(2, tcp.value("InSegs"));
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
    void shouldNotConfuseAGroupWithOneOfALongerName() {
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
    @ValueSource(strings = {"", "\n", "Tcp", "Udp: A B\nUdp: 1 2\n", " Tcp: A B\n Tcp: 1 2\n"})
    void shouldReturnNothingWithoutTheGroup(String text) {
        assertSame(Counters.NONE, parse(text, "Tcp"));
        assertEquals(Fault.NO_GROUP, Counters.NONE.fault());
    }

    /** What there is, in the order of the names A, B, C; names without value are there, and have none. */
    @ParameterizedTest
    @CsvSource({
        "'Tcp: A B C', '', NO_VALUES",
        "'Tcp: A B C\n', '', NO_VALUES",
        "'Tcp: A B C\nUdp: 1 2 3\n', '', NO_VALUES",
        "'Tcp: A B C\nTcp:\n', '', TOO_FEW",
        "'Tcp: A B C\nTcp: 1\n', '1', TOO_FEW",
        "'Tcp: A B C\nTcp: 1 2 3 4\n', '1 2 3', TOO_MANY",
        "'Tcp: A B C\nTcp: 1 2 3 x\n', '1 2 3', TOO_MANY",
        "'Tcp: A B C\nTcp: 1 2x 3\n', '1', NO_NUMBER",
        "'Tcp: A B C\nTcp: 1 - 3\n', '1', NO_NUMBER",
        "'Tcp: A B C\nTcp: 1 +2 3\n', '1', NO_NUMBER",
        "'Tcp: A B C\nTcp: 1\t2 3\n', '', NO_NUMBER",
        "'Tcp: A B C\nTcp: 1 2 3', '1 2 3', NONE" // as Linux 5.6 ends the file without MPTCP sockets
    })
    void shouldReturnTheValuesThatArePresent(String text, String expected, Fault fault) {
        Counters counters = parse(text.replace("\\n", "\n").replace("\\t", "\t"), "Tcp");
        assertEquals(List.of("A", "B", "C"), counters.names());
        assertEquals(fault, counters.fault());
        String actual = counters.names().stream()
                .filter(counters::has)
                .map(name -> Long.toString(counters.value(name)))
                .collect(Collectors.joining(" "));
        assertEquals(expected, actual);
        for (int place = 0; place < 3; place++) {
            assertEquals(counters.has(counters.names().get(place)), counters.has(place));
        }
    }

    /** Of the names that Linux 6.18 has, these alone can fall. */
    @Test
    void shouldKnowTheGaugesOfLinux618() throws IOException {
        assertEquals(
                List.of("RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn", "CurrEstab"),
                gauges(parse(capture("snmp-6.18.txt"), "Tcp")));
        assertEquals(List.of(), gauges(parse(capture("netstat-6.18.txt"), "TcpExt")));
        assertEquals(List.of("MPCurrEstab"), gauges(parse(capture("netstat-6.18.txt"), "MPTcpExt")));
        assertEquals(List.of(), gauges(parse("TcpExt: MPCurrEstab\nTcpExt: 1\n", "TcpExt")), "of another group");
    }

    private static List<String> gauges(Counters counters) {
        return IntStream.range(0, counters.names().size())
                .filter(place -> counters.gauge(place).isPresent())
                .mapToObj(counters.names()::get)
                .toList();
    }

    /** The kernel adds up per-processor numbers while they change: -1 comes out as 2^64 - 1. */
    @Test
    void shouldNotLetAGaugeFallBelowZero() {
        Counters mptcp =
                parse("MPTcpExt: MPCurrEstab Other\nMPTcpExt: 18446744073709551615 18446744073709551615\n", "MPTcpExt");
        assertEquals(0, mptcp.value("MPCurrEstab"));
        assertEquals(-1, mptcp.value("Other"));
        assertEquals(-1, parse("Tcp: MaxConn\nTcp: -1\n", "Tcp").value("MaxConn"));
    }

    @Test
    void shouldReplaceOrAddAValue() {
        Counters short1 = parse("Tcp: A B C\nTcp: 1 2\n", "Tcp");
        assertEquals(7, short1.with("Tcp", "B", 7).value("B"));
        assertEquals(2, short1.value("B"), "a reading never changes");
        Counters third = short1.with("Tcp", "C", 8);
        assertEquals(8, third.value("C"));
        assertEquals(List.of("A", "B", "C"), third.names());
        Counters fourth = short1.with("Tcp", "D", 9);
        assertEquals(List.of("A", "B", "D", "C"), fourth.names());
        assertEquals(9, fourth.value("D"));
        assertFalse(fourth.has("C"));
        assertEquals(200, Counters.NONE.with("Tcp", "RtoMin", 200).value("RtoMin"));
    }

    @Test
    void shouldReturnNothingForAGroupThatTheKernelDoesNotHave() throws IOException {
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
    void shouldReadNothingBeyondTheLength() {
        byte[] text = "Tcp: A B\nTcp: 1 2\nTcp: C\nTcp: 3\n".getBytes(StandardCharsets.US_ASCII);
        assertEquals(1, Counters.parse(text, 15, "Tcp", Counters.NONE).value("A"));
        assertFalse(Counters.parse(text, 16, "Tcp", Counters.NONE).has("B"));
        assertEquals(2, Counters.parse(text, 18, "Tcp", Counters.NONE).value("B"));
    }

    @Test
    void shouldNeverThrowOnGarbage() throws IOException {
        long seed = Seed.next();
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
