package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Changes settings by SNMP: only by users with write access, only valid values, all or none. */
@Needs({"snmpget", "snmpset"})
class SnmpSetIT {
    private static final String SETTINGS = SnmpFlows.BASE + ".1.1.";
    private static final String BUFSIZE = SETTINGS + "1.0";
    private static final String DEBUG = SETTINGS + "2.0";
    private static final String PORT = SETTINGS + "6.0";
    private static final String PROBETIME = SETTINGS + "7.0";
    private static final String PURGETIME = SETTINGS + "8.0";
    private static final String CONTACT = "1.3.6.1.2.1.1.4.0";
    private static final String NAME = "1.3.6.1.2.1.1.5.0";
    private static final String LOCATION = "1.3.6.1.2.1.1.6.0";
    private static final String OR_TABLE = "1.3.6.1.2.1.1.9";
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
    void shouldChangeSettingImmediatelyAndPersistently(@TempDir Path folder) {
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

    /** sysContact, sysName and sysLocation (RFC 3418) are ordinary settings. */
    @Test
    void shouldChangeTextsOfTheSystemGroupPersistently(@TempDir Path folder) throws Exception {
        AgentProcess first = startWithUsers(folder);
        Snmp changes = as("writer", first);
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        assertEquals(List.of("", host, ""), texts(changes));
        changes.set(CONTACT, "s", "Operations <noc@example.net>", NAME, "s", "web1", LOCATION, "s", "Hall 2; rack #4")
                .expectSuccess();
        List<String> changed = List.of("Operations <noc@example.net>", "web1", "Hall 2; rack #4");
        assertEquals(changed, texts(changes));
        String longest = "x".repeat(255);
        changes.set(LOCATION, "s", longest).expectSuccess();
        assertEquals(longest, changes.get(LOCATION).text());
        changes.set(LOCATION, "s", "Hall 2; rack #4").expectSuccess();

        Snmp.assertRefused(changes.set(LOCATION, "s", longest + "x"), "wrongLength");
        Snmp.assertRefused(changes.set(CONTACT, "i", "7"), "wrongType");
        Snmp.assertRefused(changes.set(CONTACT, "x", "0A"), "wrongValue");
        Snmp.assertRefused(changes.set(NAME, "s", " web2"), "wrongValue");
        Snmp.assertRefused(changes.set(NAME, "s", "web2", LOCATION, "i", "7"), "wrongType");
        Snmp.assertRefused(changes.set("1.3.6.1.2.1.1.5.1", "s", "web2"), "noCreation");
        Snmp.assertRefused(as("reader", first).set(NAME, "s", "web2"), "(noAccess|authorizationError)");
        assertEquals(changed, texts(changes));
        assertTrue(
                first.output().contains("snmp.name") && first.output().contains("web1"),
                () -> "the change is audited: " + first.output());

        first.stop("TERM");
        AgentProcess second = agents.start(AgentOptions.in(folder));
        assertEquals(changed, texts(as("writer", second)));
        as("writer", second).set(NAME, "s", "").expectSuccess();
        assertEquals(host, as("writer", second).get(NAME).text(), "empty is the host name");
    }

    private static List<String> texts(Snmp asked) {
        return asked.get(List.of(CONTACT, NAME, LOCATION)).stream()
                .map(Snmp.Varbind::text)
                .toList();
    }

    @Test
    void shouldListTheModulesThatAreServed() {
        List<String> modules =
                writer.walk(OR_TABLE + ".1.2").stream().map(Snmp.Varbind::value).toList();
        assertEquals(
                List.of(
                        ".1.3.6.1.6.3.1",
                        ".1.3.6.1.6.3.10",
                        ".1.3.6.1.6.3.11",
                        ".1.3.6.1.6.3.15",
                        ".1.3.6.1.2.1.49",
                        ".1.3.6.1.2.1.156",
                        ".1.3.6.1.2.1.92",
                        "." + SnmpFlows.BASE),
                modules);
        for (String module : modules) {
            assertFalse(writer.walk(module.substring(1)).isEmpty(), module + " has objects");
        }
        long upTime = writer.get("1.3.6.1.2.1.1.3.0").number();
        long lastChange = writer.get("1.3.6.1.2.1.1.8.0").number();
        assertTrue(lastChange <= upTime, lastChange + " of " + upTime);
        for (Snmp.Varbind added : writer.walk(OR_TABLE + ".1.4")) {
            assertTrue(added.number() <= lastChange, added + ", last change " + lastChange);
        }
    }

    private static void assertRefused(Tools.Result result, String reason) {
        Snmp.assertRefused(result, reason);
        assertEquals(500, writer.get(PROBETIME).number(), "probetime is as it was");
    }
}
