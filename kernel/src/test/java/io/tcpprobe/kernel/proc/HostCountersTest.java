package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCountersTest {
    private static final Path PROC_NET = Path.of("/proc/net");

    private final AtomicLong clock = new AtomicLong();

    @TempDir
    Path folder;

    private void write(long inSegs) throws IOException {
        Files.writeString(folder.resolve("snmp"), "Tcp: InSegs\nTcp: " + inSegs + "\n");
        Files.writeString(folder.resolve("netstat"), "TcpExt: TW\nTcpExt: 7\n");
    }

    @Test
    void shouldReadTheHostsOwnCounters() throws IOException {
        try (var counters = HostCounters.open(PROC_NET, System::nanoTime)) {
            assertEquals(-1, counters.tcp().value("MaxConn"));
            assertTrue(counters.tcp().has("CurrEstab"));
            assertTrue(counters.tcpExt().has("TCPTimeouts"));
            counters.mptcpExt();
        }
    }

    @Test
    void shouldReadAgainWhenTheReadingIsOlderThanTenMilliseconds() throws IOException {
        write(1);
        try (var counters = HostCounters.open(folder, clock::get)) {
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
        try (var counters = HostCounters.open(PROC_NET, clock::get)) {
            Thread.currentThread().interrupt();
            clock.addAndGet(20_000_000);
            assertTrue(counters.tcp().has("InSegs"));
            assertTrue(Thread.interrupted());
            clock.addAndGet(20_000_000);
            assertTrue(counters.tcp().has("InSegs"));
        }
    }

    @Test
    void shouldFailWhenAFileIsMissingAndLeaveNoneOpen() throws IOException {
        write(1);
        Files.delete(folder.resolve("netstat"));
        for (int i = 0; i < 10; i++) {
            assertThrows(IOException.class, () -> HostCounters.open(folder, clock::get));
        }
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
