package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostCountersTest {
    private final AtomicLong clock = new AtomicLong();

    @TempDir
    Path folder;

    private void write(long inSegs) throws IOException {
        Files.writeString(folder.resolve("snmp"), "Tcp: InSegs\nTcp: " + inSegs + "\n");
        Files.writeString(folder.resolve("netstat"), "TcpExt: TW\nTcpExt: 7\n");
    }

    @Test
    void shouldReadTheHostsOwnCounters() throws IOException {
        try (var counters = HostCounters.ofThisHost(System::nanoTime)) {
            assertEquals(-1, counters.tcp().value("MaxConn"));
            assertTrue(counters.tcp().has("CurrEstab"));
            assertTrue(counters.tcpExt().has("TCPTimeouts"));
            counters.mptcpExt();
        }
    }

    @Test
    void shouldReadAgainWhenTheReadingIsOlderThanTenMilliseconds() throws IOException {
        write(1);
        try (var counters = HostCounters.open(folder, folder, clock::get)) {
            Counters first = counters.tcp();
            write(2);
            clock.set(10_000_000);
            assertSame(first, counters.tcp());
            clock.set(10_000_001);
            assertEquals(2, counters.tcp().value("InSegs"));
            assertEquals(1, first.value("InSegs"));
            assertEquals(7, counters.tcpExt().value("TW"));
            assertSame(Counters.NONE, counters.mptcpExt());
        }
    }

    @Test
    void shouldReadOnAfterAReaderWasInterrupted() throws IOException {
        try (var counters = HostCounters.ofThisHost(clock::get)) {
            Thread.currentThread().interrupt();
            clock.addAndGet(20_000_000);
            assertTrue(counters.tcp().has("InSegs"));
            assertTrue(Thread.interrupted());
            clock.addAndGet(20_000_000);
            assertTrue(counters.tcp().has("InSegs"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"snmp", "netstat", "snmp netstat"})
    void shouldOpenWithoutAFileAndFindItLater(String missing) throws IOException {
        write(1);
        for (String file : missing.split(" ", -1)) {
            Files.delete(folder.resolve(file));
        }
        try (var counters = HostCounters.open(folder, folder, clock::get)) {
            assertEquals(missing.contains("snmp"), !counters.tcp().has("InSegs"));
            assertEquals(missing.contains("netstat"), !counters.tcpExt().has("TW"));
            write(2);
            clock.addAndGet(20_000_000);
            assertEquals(2, counters.tcp().value("InSegs"));
            assertEquals(7, counters.tcpExt().value("TW"));
        }
        assertNoneOpen();
    }

    /** Linux 6.11 and 6.15 made them settings; /proc/net/snmp shows 200 and 120000 for ever. */
    @ParameterizedTest
    @CsvSource({
        "'',     '',     200, 120000",
        "5000,   '',     5,   120000",
        "200000, 1000,   200, 1000",
        "1,      120000, 1,   120000",
        "1500,   9999,   2,   9999",
        "junk,   '',     200, 120000",
    })
    void shouldReturnTheCurrentLimitsOfTheTimeout(String minMicros, String maxMillis, long min, long max)
            throws IOException {
        Files.writeString(folder.resolve("snmp"), "Tcp: RtoMin RtoMax InSegs\nTcp: 200 120000 1\n");
        Files.writeString(folder.resolve("netstat"), "");
        if (!minMicros.isEmpty()) {
            Files.writeString(folder.resolve("tcp_rto_min_us"), minMicros + "\n");
        }
        if (!maxMillis.isEmpty()) {
            Files.writeString(folder.resolve("tcp_rto_max_ms"), maxMillis + "\n");
        }
        try (var counters = HostCounters.open(folder, folder, clock::get)) {
            assertEquals(min, counters.tcp().value("RtoMin"));
            assertEquals(max, counters.tcp().value("RtoMax"));
            assertEquals(1, counters.tcp().value("InSegs"));
            assertSame(counters.tcp(), counters.tcp(), "read once in ten milliseconds");
        }
    }

    @Test
    void shouldFollowALimitThatChanges() throws IOException {
        Files.writeString(folder.resolve("tcp_rto_min_us"), "200000\n");
        try (var counters = HostCounters.open(folder, folder, clock::get)) {
            assertEquals(200, counters.tcp().value("RtoMin"), "without /proc/net/snmp");
            Files.writeString(folder.resolve("tcp_rto_min_us"), "30000\n");
            clock.addAndGet(20_000_000);
            assertEquals(30, counters.tcp().value("RtoMin"));
        }
        assertNoneOpen();
    }

    /** The file of a kernel with more counters than any so far. */
    @Test
    void shouldReadAFileThatIsLongerThanTheBuffer() throws IOException {
        List<String> names =
                IntStream.range(0, 10_000).mapToObj(i -> "Counter" + i).toList();
        String values = names.stream().map(name -> name.substring(7)).collect(Collectors.joining(" "));
        write(1);
        Files.writeString(
                folder.resolve("netstat"),
                "TcpExt: " + String.join(" ", names) + "\nTcpExt: " + values + "\nMPTcpExt: A\nMPTcpExt: 5\n");
        try (var counters = HostCounters.open(folder, folder, clock::get)) {
            assertEquals(9_999, counters.tcpExt().value("Counter9999"));
            assertEquals(5, counters.mptcpExt().value("A"));
        }
    }

    @Test
    void shouldLogEachFaultOnce() throws IOException {
        Files.writeString(folder.resolve("snmp"), "Tcp: A B\nTcp: 1\n");
        List<String> logged = new ArrayList<>();
        try (var counters = HostCounters.open(folder, folder, clock::get, logged::add)) {
            for (int i = 0; i < 100; i++) {
                clock.addAndGet(20_000_000);
                assertEquals(1, counters.tcp().value("A"));
                assertFalse(counters.tcpExt().has("TW"));
            }
        }
        String rest = "; the missing values are absent";
        assertEquals(
                List.of(
                        "read " + folder.resolve("snmp") + ": Tcp: there are fewer values than names" + rest,
                        "read " + folder.resolve("netstat") + ": the file cannot be opened" + rest),
                logged);
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "'TcpExt: TW\n', 1", "'TcpExt: TW\nTcpExt: 1 2\n', 1", "'TcpExt: TW\nTcpExt: 1\n', 0"})
    void shouldLogWhatIsWrongWithAGroup(String netstat, int faults) throws IOException {
        write(1);
        Files.writeString(folder.resolve("netstat"), netstat.replace("\\n", "\n"));
        List<String> logged = new ArrayList<>();
        try (var counters = HostCounters.open(folder, folder, clock::get, logged::add)) {
            clock.addAndGet(20_000_000);
            counters.mptcpExt();
            assertEquals(faults, logged.size(), logged.toString());
        }
    }

    private void assertNoneOpen() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            assertEquals(0, files.filter(this::isOurs).count());
        }
    }

    private boolean isOurs(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(folder.toRealPath());
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
