package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder that looks like /proc. */
class SocketOwnersTest {
    @TempDir
    Path proc;

    private void open(String process, String descriptor, String target) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(process).resolve("fd"));
        Files.createSymbolicLink(folder.resolve(descriptor), Path.of(target));
    }

    @Test
    void shouldFindWhoHasASocketOpen() throws IOException {
        open("17", "0", "anon_inode:[eventpoll]");
        open("17", "3", "socket:[1001]");
        open("17", "4", "pipe:[1002]");
        open("4000001", "3", "socket:[1003]");
        open("self", "3", "socket:[1004]");
        SocketOwners owners = SocketOwners.read(proc);
        assertEquals(17, owners.process(1001));
        assertEquals(4_000_001, owners.process(1003));
        assertEquals(0, owners.process(1002));
        assertEquals(0, owners.process(1004), "self is another's name");
        assertEquals(0, owners.process(999));
        assertEquals(0, owners.process(2000));
    }

    @Test
    void shouldNameTheParentOfThoseThatShare() throws IOException {
        open("300", "3", "socket:[5]");
        open("299", "9", "socket:[5]");
        open("1000", "3", "socket:[5]");
        assertEquals(299, SocketOwners.read(proc).process(5));
    }

    @Test
    void shouldKnowInodesOfAllThirtyTwoBits() throws IOException {
        open("8", "3", "socket:[4294967295]");
        open("9", "3", "socket:[2147483648]");
        open("10", "3", "socket:[2147483647]");
        SocketOwners owners = SocketOwners.read(proc);
        assertEquals(8, owners.process(-1));
        assertEquals(9, owners.process(Integer.MIN_VALUE));
        assertEquals(10, owners.process(Integer.MAX_VALUE));
        assertEquals(0, owners.process(Integer.MAX_VALUE - 1));
    }

    /** Sockets in TIME_WAIT and half-open ones have inode 0. */
    @Test
    void shouldFindNoOwnerOfInodeZero() throws IOException {
        open("8", "3", "socket:[0]");
        assertEquals(0, SocketOwners.read(proc).process(0));
        assertEquals(0, SocketOwners.NONE.process(1));
    }

    /** For consecutive inodes, as the kernel assigns them, and for distant ones. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 4096, 65536, 1 << 15 | 1})
    void shouldProbeFewSlotsForAnInode(int apart) {
        int count = 20_011;
        SocketOwners.Builder found = new SocketOwners.Builder();
        for (int i = 1; i <= count; i++) {
            found.add(i * apart, i);
            found.add(i * apart, i + 1); // open twice
        }
        SocketOwners owners = found.build();
        int probes = 0;
        for (int i = 1; i <= count; i++) {
            assertEquals(i, owners.process(i * apart));
            probes += owners.probes(i * apart);
        }
        assertTrue(probes <= 3 * count, probes + " places for " + count + " inodes");
    }

    @Test
    void shouldNameAProcess() throws IOException {
        open("17", "3", "socket:[1001]");
        open("18", "3", "socket:[1002]");
        Files.writeString(proc.resolve("17").resolve("comm"), "nginx: worker\n");
        SocketOwners owners = SocketOwners.read(proc);
        assertEquals("nginx: worker", owners.command(owners.process(1001)));
        assertEquals("", owners.command(18), "it has ended");
        assertEquals("", owners.command(0));
        Files.writeString(proc.resolve("17").resolve("comm"), "other\n");
        assertEquals("nginx: worker", owners.command(17), "as at the first request");
    }

    @Test
    void shouldStepOverWhatCannotBeRead() throws IOException {
        open("7", "3", "socket:[70]");
        Files.createDirectories(proc.resolve("8"));
        open("9", "3", "socket:[x]");
        open("9", "4", "socket:[99999999999]");
        open("9", "5", "socket:[90]");
        SocketOwners owners = SocketOwners.read(proc);
        assertEquals(7, owners.process(70));
        assertEquals(9, owners.process(90));
        assertThrows(IOException.class, () -> SocketOwners.read(proc.resolve("nowhere")));
    }
}
