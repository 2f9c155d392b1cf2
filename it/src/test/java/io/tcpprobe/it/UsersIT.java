package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users of SNMPv3: how they are added, stored and authenticated. */
@Needs({"snmpget", "snmpset"})
class UsersIT {
    private static final String PROBETIME = SnmpFlows.BASE + ".1.1.7.0";
    private static final String DECRYPTION_ERRORS = "1.3.6.1.6.3.15.1.1.6.0";
    private static final String PASSPHRASE = "correct-horse-battery";

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static AgentProcess agent;

    @BeforeAll
    static void startAgent() {
        AgentOptions options = AgentOptions.in(state);
        options.addUser("writer", PASSPHRASE, true);
        agent = agents.start(options);
    }

    @Test
    void shouldKeepUsersPrivateAndPassphrasesNowhere() throws Exception {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("users"))));
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(
                        Files.readString(file, StandardCharsets.ISO_8859_1).contains(PASSPHRASE),
                        () -> "the passphrase stands in " + file);
            }
        }
        assertFalse(agent.output().contains(PASSPHRASE), agent::output);
    }

    @Test
    void shouldAcceptUserThatIsAddedWhileTheAgentRuns() {
        AgentOptions.in(state).addUser("latecomer", PASSPHRASE, false);
        Snmp late = Snmp.v3(Tools.here(), agent, "latecomer", PASSPHRASE);
        Waiting.until("the new user", () -> late.run("snmpget", PROBETIME), result -> result.status() == 0);
    }

    @Test
    void shouldRefuseWrongPassphrase() {
        assertKeptOut(Snmp.v3(Tools.here(), agent, "writer", PASSPHRASE + "?"));
    }

    @Test
    void shouldRefuseUnknownUser() {
        assertKeptOut(Snmp.v3(Tools.here(), agent, "nobody", PASSPHRASE));
    }

    @Test
    void shouldRefuseUserWithoutAuthentication() {
        assertKeptOut(Snmp.v3(Tools.here(), agent, "noAuthNoPriv", "writer", PASSPHRASE));
    }

    @Test
    void shouldRefuseUserWithoutPrivacy() {
        assertKeptOut(Snmp.v3(Tools.here(), agent, "authNoPriv", "writer", PASSPHRASE));
    }

    private static void assertKeptOut(Snmp asking) {
        for (Tools.Result result : List.of(
                asking.run("snmpget", "-t1", "-r0", PROBETIME),
                asking.run("snmpset", "-t1", "-r0", PROBETIME, "i", "251"))) {
            assertNotEquals(0, result.status(), result::toString);
            assertFalse(result.out().contains("INTEGER"), result::toString);
        }
        assertEquals(
                500,
                Snmp.v3(Tools.here(), agent, "writer", PASSPHRASE)
                        .get(PROBETIME)
                        .number());
    }

    @Test
    void shouldRefuseShortPassphrase() {
        AgentOptions options = AgentOptions.in(state);
        Tools.Result result =
                options.tools().run(options.line(List.of("user", "add", "hasty")), Map.of(), "short\nshort\n");
        assertNotEquals(0, result.status(), result::toString);
        assertTrue(result.err().contains("8"), () -> "the error says how long it must be: " + result);
    }

    @Test
    void shouldRefuseBadName() {
        AgentOptions options = AgentOptions.in(state);
        Tools.Result result = options.tools()
                .run(options.line(List.of("user", "add", "a b")), Map.of(), PASSPHRASE + "\n" + PASSPHRASE + "\n");
        assertNotEquals(0, result.status(), result::toString);
        assertTrue(result.err().contains("a b"), result::toString);
    }

    @Test
    void shouldLoseNoUserOfTwelveAddedAtOnce(@TempDir Path empty) throws Exception {
        AgentOptions options = AgentOptions.in(empty).set("probe.source", "diag");
        List<Process> adding = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Process add = options.tools().start(options.line(List.of("user", "add", "user-" + i)), Map.of());
            adding.add(add);
            try (var input = add.outputWriter()) {
                input.write(PASSPHRASE + "\n" + PASSPHRASE + "\n");
            }
        }
        for (Process add : adding) {
            assertEquals(0, add.waitFor());
        }
        List<String> listed =
                options.run("user", "list").expectSuccess().lines().toList();
        assertEquals(12, listed.size(), listed::toString);
        AgentProcess started = agents.start(options);
        assertEquals(
                0,
                Snmp.v3(Tools.here(), started, "user-11", PASSPHRASE)
                        .run("snmpget", PROBETIME)
                        .status(),
                "all keys are of one engine");
    }

    @Test
    @Needs(TerminalProcess.PROGRAM)
    void shouldPromptAgainAfterAMistypedPassphrase(@TempDir Path empty) throws Exception {
        AgentOptions options = AgentOptions.in(empty).set("probe.source", "diag");
        try (var terminal = TerminalProcess.start(options.line(List.of("user", "add", "ops")), Map.of())) {
            terminal.await("authentication passphrase: ").type("correct-horse");
            terminal.await("authentication passphrase, again: ").type("wrong-horse");
            terminal.await("the passphrases differ; try again");
            terminal.await("authentication passphrase: ").type("short");
            terminal.await("authentication passphrase, again: ").type("short");
            terminal.await("a passphrase is too short");
            terminal.await("authentication passphrase: ").type(PASSPHRASE);
            terminal.await("authentication passphrase, again: ").type(PASSPHRASE);
            terminal.await("privacy passphrase: ").type(PASSPHRASE);
            terminal.await("privacy passphrase, again: ").type(PASSPHRASE);
            assertEquals(0, terminal.end(), terminal::output);
            assertFalse(terminal.output().contains("horse"), "nothing typed is shown");
        }
        assertTrue(options.run("user", "list").expectSuccess().startsWith("ops"));
    }

    @Test
    @Needs(TerminalProcess.PROGRAM)
    void shouldGiveUpAfterThreeMistypedPassphrases(@TempDir Path empty) throws Exception {
        AgentOptions options = AgentOptions.in(empty).set("probe.source", "diag");
        try (var terminal = TerminalProcess.start(options.line(List.of("user", "add", "ops")), Map.of())) {
            for (int i = 0; i < 3; i++) {
                terminal.await("authentication passphrase: ").type("one passphrase");
                terminal.await("authentication passphrase, again: ").type("another passphrase");
            }
            assertEquals(1, terminal.end(), terminal::output);
            assertTrue(terminal.output().contains("nothing was changed"), terminal::output);
        }
        assertEquals("", options.run("user", "list").expectSuccess());
    }

    @Test
    @Needs(TerminalProcess.PROGRAM)
    void shouldCheckTheNameBeforeItAsksForPassphrases(@TempDir Path empty) throws Exception {
        AgentOptions options = AgentOptions.in(empty).set("probe.source", "diag");
        try (var terminal = TerminalProcess.start(options.line(List.of("user", "add", "a b")), Map.of())) {
            assertEquals(1, terminal.end(), terminal::output);
            assertTrue(terminal.output().contains("'a b' is not a valid user name"), terminal::output);
            assertFalse(terminal.output().contains("passphrase"), terminal::output);
        }
    }

    /** Requests that need no user still work: reads by v2c and HTTP. */
    @Test
    void shouldServeWithoutUsersWhenTheirFilesAreDamaged(@TempDir Path damaged) throws Exception {
        AgentOptions options = AgentOptions.in(damaged)
                .set("probe.source", "diag")
                .set("snmp.notify", "127.0.0.1:9")
                .set("snmp.notifyuser", "ops");
        options.addUser("ops", PASSPHRASE, true);
        Files.writeString(damaged.resolve("users"), "ops rw\n");
        Files.writeString(damaged.resolve("engine"), "id = nonsense\n");
        AgentProcess started = agents.start(options);
        assertEquals(
                500, Snmp.v2c(Tools.here(), started, "public").get(PROBETIME).number());
        assertEquals(500L, new Jolokia(started.http()).read("tcpprobe:type=Settings", "probetime"));
        assertTrue(started.output().contains("renamed to engine.bad-"), started::output);
        options.addUser("ops", PASSPHRASE, true);
        Snmp ops = Snmp.v3(Tools.here(), started, "ops", PASSPHRASE);
        Waiting.until("the user added anew", () -> ops.run("snmpget", PROBETIME), result -> result.status() == 0);
    }

    /**
     * Managers extend keys that are too short in two ways: by draft-blumenthal-aes-usm-04, or as for 3DES (Reeder, Cisco). All
     * authentication protocols of the agent produce keys long enough for AES-256, so it works with both.
     */
    @ParameterizedTest
    @CsvSource({
        "SHA-256, AES-192",
        "SHA-256, AES-256",
        "SHA-384, AES-128",
        "SHA-384, AES-192",
        "SHA-384, AES-256",
        "SHA-512, AES-128",
        "SHA-512, AES-192",
        "SHA-512, AES-256"
    })
    void shouldUnderstandTheLongerKeysOfNetSnmpAndSnmp4j(String authentication, String privacy) throws Exception {
        String name = authentication + "." + privacy;
        AgentOptions options = AgentOptions.in(state);
        String output = options.tools()
                .run(
                        options.line(List.of("user", "add", name, "--auth", authentication, "--priv", privacy)),
                        Map.of(),
                        PASSPHRASE + "\n" + PASSPHRASE + "!\n")
                .expectSuccess();
        Matcher given = Pattern.compile("snmpget -v3 -l authPriv -a (\\S+) -x (\\S+) -u (\\S+)")
                .matcher(output);
        assertTrue(given.find(), output);
        Snmp asking = Snmp.v3(
                Tools.here(),
                agent.snmp(),
                new Snmp4jManager.Login(given.group(3), given.group(1), PASSPHRASE, given.group(2), PASSPHRASE + "!"));
        Waiting.until("the new user", () -> asking.run("snmpget", PROBETIME), result -> result.status() == 0);
        assertFalse(asking.walk(SnmpFlows.BASE + ".1.1").isEmpty());
        List<String> variants = privacy.equals("AES-128") ? List.of(privacy) : List.of(privacy, privacy + "-C");
        for (String variant : variants) {
            assertEquals("500", askBySnmp4j(name, authentication, variant, PASSPHRASE + "!"), variant);
            String refused = askBySnmp4j(name, authentication, variant, PASSPHRASE + "?");
            assertTrue(refused.contains("REPORT[") && refused.contains(DECRYPTION_ERRORS), refused);
        }
    }

    private static String askBySnmp4j(String name, String authentication, String privacy, String privacyPassphrase)
            throws IOException {
        var login = new Snmp4jManager.Login(name, authentication, PASSPHRASE, privacy, privacyPassphrase);
        try (Snmp4jManager manager = new Snmp4jManager(agent.snmp(), login)) {
            return manager.get(PROBETIME);
        }
    }

    /** A manager that receives no response would suggest a network fault. */
    @Test
    void shouldReportAWrongPrivacyPassphrase() {
        Snmp asking = Snmp.v3(
                Tools.here(),
                agent.snmp(),
                new Snmp4jManager.Login("writer", "SHA-256", PASSPHRASE, "AES", PASSPHRASE + "?"));
        Snmp right = Snmp.v3(Tools.here(), agent, "writer", PASSPHRASE);
        long before = right.get(DECRYPTION_ERRORS).number();
        int tries = 10;
        for (int i = 0; i < tries; i++) {
            Tools.Result result = asking.run("snmpget", "-t3", "-r0", PROBETIME);
            assertTrue(result.all().contains("Decryption error"), result::toString);
        }
        assertEquals(before + tries, right.get(DECRYPTION_ERRORS).number());
        List<String> lines = agent.output()
                .lines()
                .filter(line -> line.contains("from 127.0.0.1 as writer"))
                .filter(line -> line.contains("probably the privacy passphrase or protocol is wrong"))
                .toList();
        assertEquals(1, lines.size(), lines::toString);
    }

    @Test
    void shouldRefuseProtocolsThatAreNoLongerSafe() {
        AgentOptions options = AgentOptions.in(state);
        for (List<String> weak : List.of(List.of("--auth", "MD5"), List.of("--priv", "DES"))) {
            List<String> command = new ArrayList<>(List.of("user", "add", "weak"));
            command.addAll(weak);
            Tools.Result result =
                    options.tools().run(options.line(command), Map.of(), PASSPHRASE + "\n" + PASSPHRASE + "\n");
            assertNotEquals(0, result.status(), result::toString);
            assertTrue(result.err().contains(weak.getLast()), result::toString);
        }
    }
}
