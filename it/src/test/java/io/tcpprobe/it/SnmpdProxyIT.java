package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** net-snmp's snmpd passes requests about our objects to the agent, with the files of integrations/snmpd. */
@Needs({"snmpd", "snmpget", "snmpset", "snmpbulkwalk"})
class SnmpdProxyIT {
    private static final String SOURCE = SnmpFlows.BASE + ".1.2.1.0";
    private static final String PROBETIME = SnmpFlows.BASE + ".1.1.7.0";
    private static final String GROUPS = SnmpFlows.BASE + ".1.6.1";
    private static final String LISTENERS = "1.3.6.1.2.1.156.1.1.1";
    private static final String TCP = "1.3.6.1.2.1.6";
    private static final String SYSTEM = "1.3.6.1.2.1.1.1.0";
    private static final String AGENT_PASSPHRASE = "change-this-passphrase";
    private static final String PASSPHRASE = "a passphrase of the test";

    /** As in snmpd.service.d/tcpprobe.conf. */
    private static final String WITHOUT_TCP =
            "-smux,mteTrigger,mteTriggerConf,tcp,tcpTable,tcpConnectionTable,tcpListenerTable";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @RegisterExtension
    final Kept kept = new Kept();

    @TempDir
    Path folder;

    private AgentProcess agent;
    private String address;

    @BeforeEach
    void start() throws IOException {
        AgentOptions options = AgentOptions.in(folder.resolve("state")).set("probe.source", "diag");
        options.addUser("snmpd", AGENT_PASSPHRASE, true);
        agent = agents.start(options);
        address = "127.0.0.1:" + FreePort.udp();
    }

    /** Starts snmpd with two users and these files. */
    private void snmpd(String modules, String... files) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "agentaddress udp:" + address,
                "view system included .1.3.6.1.2.1.1",
                "view tcpprobe included .1.3.6.1.2.1.156",
                "view tcpprobe included ." + SnmpFlows.BASE,
                "view tcpprobe included ." + TCP,
                "view tcpprobe included .1.3.6.1.2.1.1",
                "rocommunity public 127.0.0.1 -V tcpprobe",
                "rocommunity narrow 127.0.0.1 -V system",
                "createUser operator SHA-256 \"" + PASSPHRASE + "\" AES",
                "createUser monitor SHA-256 \"" + PASSPHRASE + "\" AES",
                "rwuser operator authpriv -V tcpprobe",
                "rouser monitor authpriv -V tcpprobe"));
        for (String file : files) {
            lines.add("includeFile " + KitFiles.copy("snmpd/" + file, folder, agent));
        }
        Path configuration = Files.write(folder.resolve("snmpd.conf"), lines);
        kept.open(DaemonProcess.start(
                folder,
                Map.of("SNMP_PERSISTENT_DIR", folder.resolve("persistent").toString(), "MIBS", ""),
                List.of("snmpd", "-f", "-LOw", "-C", "-c", configuration.toString(), "-I", modules)));
        Snmp manager = reader();
        Waiting.until("snmpd", () -> manager.run("snmpget", SYSTEM), result -> result.status() == 0);
    }

    private Snmp reader() {
        return Snmp.v2c(Tools.here(), address, "public");
    }

    private Snmp user(String name) {
        return Snmp.v3(Tools.here(), address, "authPriv", name, PASSPHRASE);
    }

    private static List<String> oids(List<Snmp.Varbind> rows) {
        return rows.stream().map(Snmp.Varbind::oid).toList();
    }

    @Test
    void shouldReadThroughSnmpdByBothVersions() throws IOException {
        snmpd("-smux,mteTrigger,mteTriggerConf", "tcpprobe.conf");
        Snmp direct = Snmp.v2c(Tools.here(), agent, "public");
        try (var _ = new LoopbackConnection()) {
            for (Snmp manager : List.of(reader(), user("monitor"))) {
                assertEquals("diag", manager.get(SOURCE).text());
                Waiting.until(
                        "the groups and listeners of the agent",
                        () -> oids(manager.bulkwalk(GROUPS)).equals(oids(direct.bulkwalk(GROUPS)))
                                && oids(manager.walk(LISTENERS)).equals(oids(direct.walk(LISTENERS)))
                                && !direct.walk(LISTENERS).isEmpty());
                List<Snmp.Varbind> mixed = manager.get(List.of(SYSTEM, SOURCE));
                assertTrue(mixed.getFirst().text().startsWith("Linux "), "snmpd answers for its own objects");
                assertEquals("diag", mixed.getLast().text());
            }
        }
        Snmp narrow = Snmp.v2c(Tools.here(), address, "narrow");
        assertTrue(!narrow.get(SOURCE).present(), "snmpd's views decide");
        Snmp.assertRefused(user("operator").set(PROBETIME, "i", "251"), "noAccess");
    }

    @Test
    void shouldWriteThroughSnmpdByUsersThatMayWrite() throws IOException {
        snmpd("-smux,mteTrigger,mteTriggerConf", "tcpprobe-write.conf");
        assertEquals("diag", reader().get(SOURCE).text());
        user("operator").set(PROBETIME, "i", "251").expectSuccess();
        assertEquals(251, Snmp.v2c(Tools.here(), agent, "public").get(PROBETIME).number());
        Snmp.assertRefused(user("operator").set(PROBETIME, "i", "-5"), "wrongValue");
        Snmp.assertRefused(user("monitor").set(PROBETIME, "i", "252"), "noAccess");
        assertEquals(251, user("monitor").get(PROBETIME).number());
    }

    @Test
    void shouldServeTcpMibOfTheAgentWithoutDuplicates() throws IOException {
        assertTrue(KitFiles.text("snmpd/snmpd.service.d/tcpprobe.conf").contains(" -I " + WITHOUT_TCP + " "));
        snmpd(WITHOUT_TCP, "tcpprobe.conf", "tcpprobe-tcp.conf");
        Snmp direct = Snmp.v2c(Tools.here(), agent, "public");
        Waiting.until(
                "the same scalars and listeners",
                () -> oids(reader().walk(TCP + ".20")).equals(oids(direct.walk(TCP + ".20")))
                        && !direct.walk(TCP + ".20").isEmpty());
        assertTrue(reader().get(TCP + ".17.0").present(), "tcpHCInSegs, which snmpd does not have");
    }

    @Test
    void shouldServeAnAgentInAContext() throws IOException {
        snmpd("-smux,mteTrigger,mteTriggerConf", "tcpprobe-contexts.conf");
        assertEquals(
                "diag",
                Snmp.v2c(Tools.here(), address, "web1-community").get(SOURCE).text());
        assertTrue(
                user("monitor").run("snmpget", "-nweb1", SOURCE).expectSuccess().contains("64 69 61 67"));
        assertTrue(!reader().get(SOURCE).present(), "not in the default context");
    }
}
