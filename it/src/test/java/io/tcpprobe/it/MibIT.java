package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** TCPPROBE-MIB as other projects' tools read it. The modules that it imports are searched for on this machine. */
class MibIT {
    private static final Path MIBS =
            Distribution.built().folder().resolve("mibs").toAbsolutePath().normalize();

    private static final Path WITHOUT_IMPORTS = Path.of("../packaging/rendered/mibs/TCPPROBE-MIB.txt");

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @Test
    @Needs("smilint")
    void shouldPassSmilintWithoutWarnings() {
        Tools.Result result = Tools.here()
                .run(
                        List.of("smilint", "-c", "/dev/null", "-l", "6", "-s", "-m", MIBS + "/TCPPROBE-MIB.txt"),
                        Map.of("SMIPATH", imports().toString()),
                        "");
        assertEquals("", result.all().strip(), result::toString); // its exit status is not meaningful
    }

    @Test
    @Needs({"snmpget", "snmptranslate"})
    void shouldNameObjects() {
        String path = MIBS + ":" + imports();
        String name = Tools.here()
                .run("snmptranslate", "-M", path, "-m", "TCPPROBE-MIB", SnmpFlows.BASE + ".1.1.7.0")
                .expectSuccess();
        assertTrue(name.strip().matches("TCPPROBE-MIB::\\w*[pP]robe[tT]ime\\.0"), name);
        String number = Tools.here()
                .run("snmptranslate", "-M", path, "-m", "TCPPROBE-MIB", "-On", name.strip())
                .expectSuccess();
        assertEquals("." + SnmpFlows.BASE + ".1.1.7.0", number.strip());
    }

    /** As on Debian, where net-snmp has its own modules only. */
    @Test
    @Needs({"snmpwalk", "snmptranslate"})
    void shouldBeReadWithoutTheModulesOfTheIetf(@TempDir Path folder, @TempDir Path state) throws Exception {
        Files.copy(WITHOUT_IMPORTS, folder.resolve("TCPPROBE-MIB.txt"));
        Tools.Result tree = Tools.here()
                .run(
                        "snmptranslate",
                        "-M",
                        folder.toString(),
                        "-m",
                        "TCPPROBE-MIB",
                        "-Pew",
                        "-On",
                        "TCPPROBE-MIB::tcpProbeProbetime.0");
        assertEquals("." + SnmpFlows.BASE + ".1.1.7.0\n", tree.all(), "nothing is reported as missing");
        AgentProcess agent = agents.start(AgentOptions.in(state));
        try (var _ = new LoopbackConnection()) {
            Snmp manager = Snmp.v2c(Tools.here(), agent, "public");
            Waiting.until(
                    "the time of a sample",
                    () -> manager.run("snmpwalk", "-M" + folder, "-mTCPPROBE-MIB", "TCPPROBE-MIB::tcpProbeFlowSampled")
                            .expectSuccess(),
                    Pattern.compile("STRING: \\d{4}-\\d{1,2}-\\d{1,2},").asPredicate());
        }
    }

    @Test
    @Needs({"snmpget", "snmpset", "snmptranslate"})
    void shouldBeReadAndSetByName(@TempDir Path state) {
        AgentOptions options = AgentOptions.in(state);
        options.addUser("writer", "by-name-not-number", true);
        AgentProcess agent = agents.start(options);
        String path = MIBS + ":" + imports();
        String name = Tools.here()
                .run("snmptranslate", "-M", path, "-m", "TCPPROBE-MIB", SnmpFlows.BASE + ".1.1.7.0")
                .expectSuccess()
                .strip();
        Snmp writer = Snmp.v3(Tools.here(), agent, "writer", "by-name-not-number");
        writer.run("snmpset", "-M" + path, "-mTCPPROBE-MIB", name, "=", "257").expectSuccess();
        assertEquals(257, writer.get(SnmpFlows.BASE + ".1.1.7.0").number());
        // With the MIB, net-snmp also prints the unit.
        String printed =
                writer.run("snmpget", "-M" + path, "-mTCPPROBE-MIB", name).expectSuccess();
        assertTrue(printed.contains("257 milliseconds"), printed);
    }

    private static Path imports() {
        return MibFolders.with("SNMPv2-SMI", "INET-ADDRESS-MIB", "SNMP-FRAMEWORK-MIB");
    }
}
