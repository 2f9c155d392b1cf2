package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileLockTest {
    private static final String NAME = "a.lock";

    @TempDir
    private Path folder;

    /** Another process, which tries the lock: only to it does the kernel show whether this one still has it. */
    public static final class Other {
        private Other() {}

        /** Exits with 0 if the lock of the file can be taken, else with 1. */
        public static void main(String... file) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(file[0]), StandardOpenOption.WRITE)) {
                System.exit(channel.tryLock() == null ? 1 : 0);
            }
        }
    }

    private boolean freeForAnotherProcess() throws Exception {
        Process other = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        folder.resolve(NAME).toString()))
                .inheritIO()
                .start();
        return other.waitFor() == 0;
    }

    private StateFileLock take() throws IOException {
        return Objects.requireNonNull(StateFileLock.tryTake(folder, NAME), "another holder has the lock");
    }

    @Test
    void shouldKeepTheLockOfTheKernelWhenAnotherOfThisJvmTries() throws Exception {
        StateFileLock held = take();
        assertNull(StateFileLock.tryTake(folder, NAME));
        assertNull(StateFileLock.tryTake(Files.createSymbolicLink(folder.resolve("link"), folder), NAME));
        assertEquals(false, freeForAnotherProcess());
        held.close();
        assertEquals(true, freeForAnotherProcess());
    }

    @Test
    void shouldNotReleaseTheLockOfTheNextHolder() throws Exception {
        StateFileLock first = take();
        first.close();
        try (StateFileLock next = take()) {
            first.close();
            assertNotNull(next);
            assertNull(StateFileLock.tryTake(folder, NAME));
            assertEquals(false, freeForAnotherProcess());
        }
    }

    @Test
    void shouldReleaseTheRecordWhenTheFileCannotBeOpened() throws IOException {
        Path target = Files.createDirectory(folder.resolve(NAME));
        assertThrows(IOException.class, () -> StateFileLock.tryTake(folder, NAME));
        Files.delete(target);
        take().close();
    }
}
