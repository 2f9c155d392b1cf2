package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Settings changed by SNMP: by users who may, with right values, all or nothing. */
@Needs({"snmpget", "snmpset"})
class SnmpSetIT {
    private static final String SETTINGS = SnmpFlows.BASE + ".1.1.";
    private static final String BUFSIZE = SETTINGS + "1.0";
    private static final String DEBUG = SETTINGS + "2.0";
    private static final String PORT = SETTINGS + "6.0";
    private static final String PROBETIME = SETTINGS + "7.0";
    private static final String PURGETIME = SETTINGS + "8.0";
    private static final String PASSPHRASE = "a passphrase of the test";

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static AgentProcess agent;
    private static Snmp writer;

    @BeforeAll
    static void startAgent() {
        agent = startWithUsers(state);
        writer = as("writer", agent);
    }

    private static AgentProcess startWithUsers(Path folder) {
        AgentOptions options = AgentOptions.in(folder);
        options.addUser("writer", PASSPHRASE, true);
        options.addUser("reader", PASSPHRASE, false);
        return agents.start(options);
    }

    private static Snmp as(String user, AgentProcess asked) {
        return Snmp.v3(Tools.here(), asked, user, PASSPHRASE);
    }

    @Test
    void shouldChangeSettingAtOnceAndForGood(@TempDir Path folder) {
        AgentProcess first = startWithUsers(folder);
        as("writer", first).set(PROBETIME, "i", "251").expectSuccess();
        assertEquals(251, as("writer", first).get(PROBETIME).number());
        String listed = AgentOptions.in(folder).run("settings").expectSuccess();
        assertTrue(
                listed.lines().anyMatch(line -> line.startsWith("probetime") && line.matches(".*\\b251\\b.*")), listed);
        first.stop("TERM");
        AgentProcess second = agents.start(AgentOptions.in(folder));
        assertEquals(251, as("writer", second).get(PROBETIME).number());
    }

    @Test
    void shouldChangeSeveralSettingsTogether() {
        writer.set(DEBUG, "i", "1", PORT, "i", "4433").expectSuccess();
        assertEquals(1, writer.get(DEBUG).number());
        assertEquals(4433, writer.get(PORT).number());
    }

    @Test
    void shouldRefuseWrongType() {
        assertRefused(writer.set(PROBETIME, "s", "251"), "wrongType");
    }

    @Test
    void shouldRefuseValueOutOfRange() {
        assertRefused(writer.set(PROBETIME, "i", "86400001"), "wrongValue");
        assertRefused(writer.set(PROBETIME, "i", "-1"), "wrongValue");
    }

    @Test
    void shouldRefuseSettingThatChangesAtStartOnly() {
        assertRefused(writer.set(BUFSIZE, "i", "8192"), "notWritable");
        assertEquals(4096, writer.get(BUFSIZE).number());
    }

    @Test
    void shouldRefuseInstanceThatCannotBe() {
        assertRefused(writer.set(SETTINGS + "7.1", "i", "251"), "noCreation");
        // RFC 3416, 4.2.5 (2): no variable with this prefix could be created or modified
        assertRefused(writer.set(SETTINGS + "99.0", "i", "251"), "notWritable");
    }

    @Test
    void shouldChangeNothingIfOneOfSeveralIsBad() {
        assertRefused(writer.set(PROBETIME, "i", "251", PORT, "i", "65536"), "wrongValue");
        assertRefused(writer.set(PROBETIME, "i", "251", BUFSIZE, "i", "8192", PURGETIME, "i", "60"), "notWritable");
        assertEquals(300, writer.get(PURGETIME).number());
    }

    @Test
    void shouldLetReaderReadAndNotWrite() {
        Snmp reader = as("reader", agent);
        assertEquals(500, reader.get(PROBETIME).number());
        assertRefused(reader.set(PROBETIME, "i", "251"), "(noAccess|authorizationError)");
    }

    private static void assertRefused(Tools.Result result, String reason) {
        Snmp.assertRefused(result, reason);
        assertEquals(500, writer.get(PROBETIME).number(), "probetime is as it was");
    }
}
