package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading of /proc/net/tcpprobe. */
interface ModuleReaderTests extends ModuleTests {
    /** Returns the output of a reader, started in some way, that has the file open when a ping-pong begins. */
    private String readDuring(String reader, String ping) {
        return guest().run("""
                reader %s >/tmp/read &
                until_true grep open /tmp/read
                client ping %s
                wait $!
                sed 1d /tmp/read
                """.formatted(reader, ping));
    }

    @Test
    default void shouldServeExistingInstances() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        String read = readDuring("small 65536 1", "127.0.0.1 5001 1 0");
        // A few lines arrived: the reader did not wait for 64 KiB.
        assertTrue(!RecordLine.parseAll(read).isEmpty(), read);
    }

    @Test
    default void shouldSplitLineForSmallBuffer() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        String read = readDuring("small 7 200", "::1 5001 20 0");
        String whole = read.substring(0, read.lastIndexOf('\n') + 1);
        assertTrue(RecordLine.parseAll(whole).size() >= 8, read);
    }

    @Test
    default void shouldNotBlockReaderThatDoesNotWantIt() {
        guest().run("load");
        assertEquals("open\nEAGAIN\n", guest().run("reader nonblock"));
    }

    @Test
    default void shouldWakePollWhenRecordsAreAvailable() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        assertEquals("open\ntimeout\n", guest().run("reader poll 200"));
        String read = readDuring("poll 20000", "127.0.0.1 5001 1 0");
        assertTrue(!RecordLine.parseAll(read).isEmpty(), read);
    }

    @Test
    default void shouldLeaveLineThatCouldNotBeCopied() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        String read = readDuring("bad", "127.0.0.1 5001 1 0");
        assertEquals("EFAULT\n", read);
        assertEquals(1, guest().statistics().copyFailed());
    }

    @Test
    default void shouldRestartWhenOpened() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        String read = guest().run("""
                exec 3</proc/net/tcpprobe
                client ping 127.0.0.1 5001 3 0
                sleep 2
                before=$(uptime_hundredths)
                exec 4</proc/net/tcpprobe
                client ping 127.0.0.1 5003 1 0
                until_true active_is 0
                timeout 1 cat <&4 2>/dev/null || true
                echo $(($(uptime_hundredths) - before))
                """);
        int cut = read.stripTrailing().lastIndexOf('\n') + 1;
        List<RecordLine> records = RecordLine.parseAll(read.substring(0, cut));
        double seconds = Integer.parseInt(read.substring(cut).strip()) / 100.0;
        assertTrue(!records.isEmpty() && !read.contains(":5001 "), read);
        assertTrue(records.getLast().time().doubleValue() <= seconds, () -> "since its own opening: " + read);
    }

    @Test
    default void shouldShareRecordsBetweenTwoReaders() {
        guest().run(ModuleGuest.EVERY_SEGMENT);
        String read = guest().run("""
                reader two 4 >/tmp/read &
                until_true sh -c '[ $(grep -c open /tmp/read) = 2 ]'
                client ping 127.0.0.1 5001 30 10
                wait $!
                grep -v open /tmp/read
                """);
        List<RecordLine> records = RecordLine.parseAll(read);
        assertTrue(records.size() >= 8, read);
        assertEquals(records.size(), records.stream().distinct().count(), "each goes to one of them");
        assertTrue(
                guest().statistics().multipleReader() > 0,
                () -> guest().statistics().toString());
    }

    @Test
    default void shouldDropAndCountWhenRingIsFull() {
        guest().run("load bufsize=13 probetime=0 full=1");
        String read = guest().run("""
                exec 3</proc/net/tcpprobe
                client ping 127.0.0.1 5001 31 0
                until_true active_is 0
                timeout 1 cat <&3 2>/dev/null || true
                """);
        assertEquals(16, RecordLine.parseAll(read).size(), "13, rounded up");
        ModuleCounters seen = guest().statistics();
        // Every lookup that found its flow produced a sample, and so did the beginning and the end of both flows.
        assertEquals(seen.found() + 4 - 16, seen.ringFull(), seen::toString);
    }

    @Test
    default void shouldKeepNothingWhileNobodyReads() {
        guest().run("load bufsize=4 probetime=0 full=1; client ping 127.0.0.1 5001 31 0; until_true active_is 0");
        ModuleCounters seen = guest().statistics();
        assertEquals(0, seen.ringFull());
        assertTrue(seen.found() >= 31, seen::toString);
    }
}
