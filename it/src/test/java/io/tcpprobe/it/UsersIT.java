package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Users of SNMPv3: how they are added, kept and let in. */
@Needs({"snmpget", "snmpset"})
class UsersIT {
    private static final String PROBETIME = SnmpFlows.BASE + ".1.1.7.0";
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
                assertFalse(Files.readString(file).contains(PASSPHRASE), () -> "the passphrase stands in " + file);
            }
        }
        assertFalse(agent.output().contains(PASSPHRASE), agent::output);
    }

    @Test
    void shouldLetInUserWhoIsAddedWhileTheAgentRuns() {
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
}
