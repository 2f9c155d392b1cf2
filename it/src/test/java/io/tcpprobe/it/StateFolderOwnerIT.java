package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of root with the state folder of a service's user. */
@Needs({"root", "setpriv"})
class StateFolderOwnerIT {
    private static final int USER = 4711;
    private static final int GROUP = 4712;
    private static final String PASSPHRASE = "correct-horse-battery";

    @TempDir
    private Path parent;

    private Path state;

    @BeforeEach
    void makeFolder() throws IOException {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        state = Files.createDirectory(parent.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        own(state);
    }

    private static void own(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", USER, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(file, "unix:gid", GROUP, LinkOption.NOFOLLOW_LINKS);
    }

    private Tools.Result add(String name) {
        AgentOptions options = AgentOptions.in(state);
        return options.tools()
                .run(options.line(List.of("user", "add", name)), Map.of(), PASSPHRASE + "\n" + PASSPHRASE + "\n");
    }

    private static Tools asOwner() {
        return new Tools(List.of("setpriv", "--reuid=" + USER, "--regid=" + GROUP, "--clear-groups"));
    }

    @Test
    void shouldGiveAllFilesToTheOwnerOfTheFolder() throws IOException {
        add("ops").expectSuccess();
        AgentOptions.in(state).addInformUser("boss", PASSPHRASE, "80001f8804696e666f726d73");
        try (Stream<Path> files = Files.list(state)) {
            List<Path> all = files.toList();
            assertTrue(all.size() >= 4, all::toString);
            for (Path file : all) {
                assertEquals(USER, Files.getAttribute(file, "unix:uid"), file::toString);
                assertEquals(GROUP, Files.getAttribute(file, "unix:gid"), file::toString);
            }
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("users"))));
    }

    @Test
    void shouldAddAndRemoveInTurnWithTheOwner() {
        add("first").expectSuccess();
        AgentOptions owner = AgentOptions.in(state).inside(asOwner());
        owner.addUser("second", PASSPHRASE, false);
        add("third").expectSuccess();
        AgentOptions.in(state).run("user", "remove", "second").expectSuccess();
        List<String> names = owner.run("user", "list")
                .expectSuccess()
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .toList();
        assertEquals(List.of("first", "third"), names);
    }

    @Test
    void shouldNotBeLedToAFileOfRoot() throws IOException {
        Path secret = Files.writeString(parent.resolve("secret"), "of root");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        for (String name : List.of("users", "change.lock", "engine")) {
            Path link = Files.createSymbolicLink(state.resolve(name), secret);
            own(link);
            Tools.Result result = add("ops");
            assertNotEquals(0, result.status(), result::toString);
            Files.delete(link);
        }
        Path hard = Files.createLink(state.resolve("change.lock"), secret);
        assertNotEquals(0, add("ops").status());
        Files.delete(hard);
        assertEquals("of root", Files.readString(secret));
        assertEquals(0, Files.getAttribute(secret, "unix:uid"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
    }

    @Test
    void shouldReadTheLogWithoutLeavingFilesOfRoot() throws IOException {
        Path logs = Files.createDirectory(state.resolve("flowlog"));
        own(logs);
        Tools.Result read = AgentOptions.in(state).run("history");
        read.expectSuccess();
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.toList()) {
                assertEquals(USER, Files.getAttribute(file, "unix:uid"), file::toString);
            }
        }
    }
}
