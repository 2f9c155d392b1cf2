package io.tcpprobe.kernel.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootTimeTest {
    @TempDir
    Path folder;

    private Optional<Instant> read(String content) throws IOException {
        Path stat = folder.resolve("stat");
        Files.writeString(stat, content);
        return BootTime.read(stat);
    }

    @Test
    void shouldReadTheTimeOfBoot() throws IOException {
        assertEquals(
                Optional.of(Instant.ofEpochSecond(1_764_230_400)),
                read("cpu  1 2 3\nctxt 77\nbtime 1764230400\nprocesses 9\n"));
    }

    @Test
    void shouldBeEmptyIfItIsNotKnown() throws IOException {
        assertEquals(Optional.empty(), read("cpu  1 2 3\nbtime x\n"));
        assertEquals(Optional.empty(), BootTime.read(folder.resolve("missing")));
    }

    @Test
    void shouldReadThatOfThisHost() {
        assertTrue(BootTime.read(Path.of("/proc/stat")).orElseThrow().isBefore(Instant.now()));
    }
}
