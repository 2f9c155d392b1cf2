package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    private static final Path DEFAULT = Path.of("");

    @TempDir
    private Path temporary;

    private static final long ROOT = 0;
    private static final long ANN = 1000;

    private static Path locate(Path configured, Map<String, String> environment, long user) {
        return StateFolder.locate(configured, environment, user).path();
    }

    @Test
    void shouldUseTheConfiguredFolder() {
        Map<String, String> environment = Map.of("XDG_STATE_HOME", "/xdg", "STATE_DIRECTORY", "/service");
        assertEquals(Path.of("/x"), locate(Path.of("/x"), environment, ROOT));
        assertEquals(Path.of("/x"), locate(Path.of("/x"), environment, ANN));
    }

    /** systemd.exec(5): several are separated by colons. */
    @Test
    void shouldFollowTheServiceManager() {
        Map<String, String> environment = Map.of(
                "STATE_DIRECTORY", "/var/lib/probe:/var/lib/more", "XDG_STATE_HOME", "/xdg", "HOME", "/home/ann");
        assertEquals(Path.of("/var/lib/probe"), locate(DEFAULT, environment, ROOT));
        assertEquals(Path.of("/var/lib/probe"), locate(DEFAULT, environment, ANN));
        assertEquals(Path.of("/var/lib/tcpprobe"), locate(DEFAULT, Map.of("STATE_DIRECTORY", "relative"), ROOT));
    }

    @Test
    void shouldUseTheSystemFolderForRoot() {
        assertEquals(
                Path.of("/var/lib/tcpprobe"), locate(DEFAULT, Map.of("XDG_STATE_HOME", "/xdg", "HOME", "/root"), ROOT));
    }

    @Test
    void shouldFollowXdgForOthers() {
        Map<String, String> environment = Map.of("XDG_STATE_HOME", "/xdg", "HOME", "/home/ann");
        assertEquals(Path.of("/xdg/tcpprobe"), locate(DEFAULT, environment, ANN));
        assertEquals(Path.of("/home/ann/.local/state/tcpprobe"), locate(DEFAULT, Map.of("HOME", "/home/ann"), ANN));
    }

    /** XDG Base Directory Specification: a relative path is invalid and must be ignored. */
    @Test
    void shouldIgnoreAnXdgFolderThatIsEmptyOrRelative() {
        for (String useless : List.of("", "state", "./state")) {
            assertEquals(
                    Path.of("/home/ann/.local/state/tcpprobe"),
                    locate(DEFAULT, Map.of("XDG_STATE_HOME", useless, "HOME", "/home/ann"), ANN));
        }
    }

    /** A container's user without an entry in passwd, say: Java's user.home is "?" there. */
    @Test
    void shouldNotAskJavaWhereTheHomeIs() {
        StateFolder none = StateFolder.locate(DEFAULT, Map.of("HOME", "?"), ANN);
        assertEquals(Path.of("/var/lib/tcpprobe"), none.path());
        assertEquals("the default if $STATE_DIRECTORY, $XDG_STATE_HOME and $HOME are not set", none.from());
    }

    private static StateFolder folder(Path path) {
        return StateFolder.locate(path, Map.of(), ANN);
    }

    private static long me() {
        return ProcessUser.effectiveId();
    }

    @Test
    void shouldKnowItsUser() throws IOException {
        assertEquals(ProcessUser.ownerOf(Files.createTempFile(temporary, "mine", "")), me());
    }

    @Test
    void shouldMakeTheFolderAndLeaveItEmpty() throws IOException {
        Path path = temporary.resolve("a/b");
        folder(path).open(me());
        folder(path).open(me());
        try (var entries = Files.list(path)) {
            assertEquals(0, entries.count());
        }
        assertTrue(Files.isWritable(path));
    }

    @Test
    void shouldFailWhenAFileIsInTheWay() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        assertThrows(IOException.class, () -> folder(file).open(me()));
        assertThrows(IOException.class, () -> folder(file.resolve("below")).open(me()));
    }

    @Test
    void shouldRefuseAFolderOfAnotherUser() throws IOException {
        Assumptions.assumeTrue(me() == ROOT, "only root can give a folder away");
        Path path = Files.createDirectory(temporary.resolve("foreign"));
        Files.setAttribute(path, "unix:uid", 4711);
        IOException refused = assertThrows(IOException.class, () -> folder(path).open(me()));
        assertEquals("the folder belongs to user 4711, but the agent runs as user 0", refused.getMessage());
        folder(path).open(4711);
        Files.setAttribute(path, "unix:uid", 0);
        folder(path).open(4711); // root's, as volumes of containers are
    }
}
