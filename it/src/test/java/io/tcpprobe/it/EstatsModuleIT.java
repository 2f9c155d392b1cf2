package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.EstatsColumn;
import io.tcpprobe.mibs.EstatsTable;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.SettingObjects;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Compares our TCP-ESTATS-MIB with the IETF's MIB module, if this machine has it. */
class EstatsModuleIT {
    private static final Pattern OBJECT = Pattern.compile(
            "(?<name>tcpEStats\\w+)\\s+OBJECT-TYPE\\s+SYNTAX\\s+(?<syntax>.*?)\\s+(UNITS|MAX-ACCESS)\\b"
                    + ".*?::= \\{ (?<parent>\\w+) (?<id>\\d+) \\}",
            Pattern.DOTALL);

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    private static Path folder() {
        return MibFolders.with("TCP-ESTATS-MIB", "TCP-MIB", "SNMPv2-SMI", "RMON2-MIB", "HCNUM-TC");
    }

    private static String text() throws IOException {
        Path file = folder().resolve("TCP-ESTATS-MIB.txt");
        return Files.readString(Files.exists(file) ? file : folder().resolve("TCP-ESTATS-MIB"));
    }

    /** Compares names and types by object id below their table; a type is reduced to its first word. */
    @Test
    void shouldDeclareWhatTheModuleDeclares() throws IOException {
        Map<String, String> standard = new TreeMap<>();
        for (Matcher object = OBJECT.matcher(text()); object.find(); ) {
            String parent = object.group("parent");
            if (parent.matches("tcpEStats\\w+Entry")) {
                standard.put(
                        object.group("name"), parent + " " + object.group("id") + " " + type(object.group("syntax")));
            }
        }
        Map<String, String> ours = new TreeMap<>();
        for (EstatsTable table : EstatsTable.values()) {
            String entry = table.label().replaceAll("Table$", "Entry");
            for (EstatsColumn column : table.columns()) {
                ours.put(
                        column.name(),
                        entry + " " + column.id() + " " + type(column.syntax().text()));
            }
        }
        assertEquals(standard, ours);
    }

    private static String type(String syntax) {
        String first = syntax.replaceAll("(?s)[ ({].*", "");
        return first.matches("TruthValue|TcpEStatsNegotiated") ? "INTEGER" : first;
    }

    @Test
    @Needs({"snmptranslate", "snmpbulkwalk"})
    void shouldBeReadByNames(@TempDir Path state) {
        String path = folder().toString();
        TcpProbeMib mib = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));
        for (Setting<Long> control : Settings.ESTATS) {
            String number = Tools.here()
                    .run(
                            "snmptranslate",
                            "-M",
                            path,
                            "-m",
                            "TCP-ESTATS-MIB",
                            "-On",
                            "TCP-ESTATS-MIB::" + control.object().orElseThrow().descriptor())
                    .expectSuccess();
            assertEquals("." + SettingObjects.of(control, mib), number.strip());
        }
        Snmp snmp = Snmp.v2c(Tools.here(), agents.start(AgentOptions.in(state)), "public");
        String named = Tools.here()
                .run(
                        "snmpbulkwalk",
                        "-M",
                        path,
                        "-m",
                        "TCP-ESTATS-MIB",
                        "-v2c",
                        "-c",
                        "public",
                        snmp.agent(),
                        EstatsRow.ROOT)
                .expectSuccess();
        named.lines().forEach(line -> assertTrue(line.startsWith("TCP-ESTATS-MIB::tcpEStats"), line));
        assertTrue(named.contains("TCP-ESTATS-MIB::tcpEStatsControlPath.0 = INTEGER: true(1)"), named);
    }
}
