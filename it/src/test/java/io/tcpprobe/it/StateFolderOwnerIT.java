package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.Waiting;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Commands of root with the state folder of a service's user. */
@Needs({"root", "setpriv"})
class StateFolderOwnerIT {
    private static final int USER = 4711;
    private static final int GROUP = 4712;
    private static final String PASSPHRASE = "correct-horse-battery";

    private static final String FLOW_COUNT = SnmpFlows.BASE + ".1.2.4.0";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

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
        Tools owner = new Tools(List.of("setpriv", "--reuid=" + USER, "--regid=" + GROUP, "--clear-groups"));
        Path program = Distribution.built().folder().resolve("lib").toAbsolutePath();
        assumeTrue(
                owner.run("test", "-r", program.toString()).status() == 0,
                () -> "user " + USER + " cannot read " + program);
        return owner;
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
            Files.deleteIfExists(state.resolve(name)); // of an earlier attempt
            Path link = Files.createSymbolicLink(state.resolve(name), secret);
            own(link);
            Tools.Result result = add("ops");
            assertNotEquals(0, result.status(), result::toString);
            Files.delete(link);
        }
        Files.deleteIfExists(state.resolve("change.lock"));
        Path hard = Files.createLink(state.resolve("change.lock"), secret);
        assertNotEquals(0, add("ops").status());
        Files.delete(hard);
        assertEquals("of root", Files.readString(secret));
        assertEquals(0, Files.getAttribute(secret, "unix:uid"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
    }

    @Test
    @Needs("snmpget")
    void shouldReadTheLogOfTheOwnerWithoutLeavingFilesOfRoot() throws IOException {
        AgentProcess agent =
                agents.start(AgentOptions.in(state).set("probe.source", "diag").inside(asOwner()));
        Snmp manager = Snmp.v2c(Tools.here(), agent, "public");
        try (LoopbackConnection connection = new LoopbackConnection()) {
            new SnmpFlows(manager).find(connection.port(), connection.listenerPort());
        }
        Waiting.until(
                "the end of the connection in the log",
                () -> {
                    manager.get(FLOW_COUNT);
                    return AgentOptions.in(state).run("history").expectSuccess();
                },
                out -> out.lines().count() > 1);
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.toList()) {
                assertEquals(USER, Files.getAttribute(file, "unix:uid"), file::toString);
            }
        }
    }
}
