package io.tcpprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.doctor.Finding.Level;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.ProcessUser;
import io.tcpprobe.config.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of the state folder and of the settings. */
class StateFolderCheckTest {
    private static final long SELF = ProcessUser.effectiveId();

    @TempDir
    private Path folder;

    private static List<Finding> check(Path path, long user, boolean inUse) {
        return new StateFolderCheck(new StateFolder(path, "state.dir"), user, inUse).run();
    }

    @Test
    void shouldNotCreateAFolder() {
        Path missing = folder.resolve("a/b");
        Finding found = check(missing, SELF, false).getFirst();
        assertEquals(
                Finding.ok("state folder", missing + " (state.dir) does not exist yet; the agent creates it"), found);
        assertFalse(Files.exists(folder.resolve("a")));
    }

    @Test
    void shouldRefuseAFileAndTheFolderOfAnotherUser() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertTrue(check(file, SELF, false).getFirst().fact().endsWith("is not a folder"));
        Finding ofOther = check(folder, SELF + 1, false).getFirst();
        if (SELF != ProcessUser.ROOT) { // a folder of root may be used by everyone who can write it
            assertEquals(Level.FAILS, ofOther.level());
        }
        Finding used = check(folder, SELF + 1, true).getFirst();
        assertEquals(Level.OK, used.level());
        assertTrue(used.fact().endsWith("used by the running agent"), used::fact);
    }

    @Test
    void shouldAcceptAFolderOfThisUser() {
        assertEquals(
                Finding.ok("state folder", folder + " (state.dir) of user " + SELF + ", writable"),
                check(folder, SELF, false).getFirst());
    }

    @Test
    void shouldWarnOfUsersThatCannotBeRead() throws Exception {
        Path users = Files.writeString(folder.resolve("users"), "");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r--r--"));
        Finding found = check(folder, SELF, false).get(1);
        assertEquals(Level.WARNING, found.level());
        assertTrue(found.fact().contains("chmod 600"), found::fact);
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        assertEquals(
                Finding.ok("users", "the file of the users can be used"),
                check(folder, SELF, false).get(1));
    }

    private List<Finding> settings(Path file, Map<String, String> environment, String... assignments) {
        return new SettingsCheck(file, Configuration.read(file, environment, List.of(assignments)), folder).run();
    }

    @Test
    void shouldReportAllProblemsOfTheSettings() throws Exception {
        Path file = Files.writeString(folder.resolve("tcpprobe.conf"), "probetime = x\nunknown = 1\n");
        Files.writeString(folder.resolve("settings"), "probetime = y\n");
        List<Finding> found = settings(file, Map.of("TCPPROBE_UNKNOWN", "1"), "bufsize");
        assertEquals(
                List.of(Level.FAILS, Level.FAILS, Level.FAILS, Level.WARNING, Level.WARNING),
                found.stream().map(Finding::level).toList());
        assertTrue(found.getFirst().fact().contains("probetime"), found::toString);
        assertTrue(found.getLast().fact().contains(folder.resolve("settings").toString()), found::toString);
    }

    @Test
    void shouldCountValidSettings() throws Exception {
        Path file = Files.writeString(folder.resolve("tcpprobe.conf"), "probetime = 7\n");
        assertEquals(
                List.of(Finding.ok(
                        "settings", "valid: 1 in " + file + ", 1 in the environment, 2 on the command line")),
                settings(file, Map.of("TCPPROBE_DEBUG", "1"), "probetime=8", "full=1"));
    }
}
