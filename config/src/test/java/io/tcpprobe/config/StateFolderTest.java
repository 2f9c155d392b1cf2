package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    private static final Path DEFAULT = Path.of("");

    private static Path locate(Path given, Map<String, String> environment, String user) {
        return StateFolder.locate(given, environment, user, "/home/ann");
    }

    @Test
    void shouldTakeTheFolderThatIsGiven() {
        assertEquals(Path.of("/x"), locate(Path.of("/x"), Map.of("XDG_STATE_HOME", "/xdg"), "root"));
        assertEquals(Path.of("/x"), locate(Path.of("/x"), Map.of("XDG_STATE_HOME", "/xdg"), "ann"));
    }

    @Test
    void shouldTakeTheSystemsFolderForRoot() {
        assertEquals(Path.of("/var/lib/tcpprobe"), locate(DEFAULT, Map.of("XDG_STATE_HOME", "/xdg"), "root"));
    }

    @Test
    void shouldFollowXdgForOthers() {
        assertEquals(Path.of("/xdg/tcpprobe"), locate(DEFAULT, Map.of("XDG_STATE_HOME", "/xdg"), "ann"));
        assertEquals(Path.of("/home/ann/.local/state/tcpprobe"), locate(DEFAULT, Map.of(), "ann"));
    }

    /** XDG Base Directory Specification: a relative path is invalid and must be ignored. */
    @Test
    void shouldIgnoreAnXdgFolderThatIsEmptyOrRelative() {
        for (String useless : List.of("", "state", "./state")) {
            assertEquals(
                    Path.of("/home/ann/.local/state/tcpprobe"),
                    locate(DEFAULT, Map.of("XDG_STATE_HOME", useless), "ann"));
        }
    }

    @Test
    void shouldMakeTheFolderAndLeaveItEmpty(@TempDir Path temporary) throws IOException {
        Path folder = temporary.resolve("a/b");
        StateFolder.open(folder);
        StateFolder.open(folder);
        try (var entries = Files.list(folder)) {
            assertEquals(0, entries.count());
        }
        assertTrue(Files.isWritable(folder));
    }

    @Test
    void shouldFailWhenAFileIsInTheWay(@TempDir Path temporary) throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        assertThrows(IOException.class, () -> StateFolder.open(file));
        assertThrows(IOException.class, () -> StateFolder.open(file.resolve("below")));
    }
}
