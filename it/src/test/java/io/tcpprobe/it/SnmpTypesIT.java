package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The types of all objects, which net-snmp checks against the modules that define them. */
@Needs("snmpwalk")
class SnmpTypesIT {
    private static final String MODULES =
            "TCPPROBE-MIB:TCP-ESTATS-MIB:TCP-MIB:SNMPv2-MIB:SNMP-MPD-MIB:SNMP-FRAMEWORK-MIB:SNMP-USER-BASED-SM-MIB";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @Test
    void shouldSendEveryObjectWithTheTypeOfItsModule(@TempDir Path state) throws Exception {
        Path ietf = MibFolders.with("TCP-ESTATS-MIB", "RMON2-MIB", "HCNUM-TC", "TCP-MIB", "SNMPv2-MIB", "SNMP-MPD-MIB");
        Path own =
                Distribution.built().folder().resolve("mibs").toAbsolutePath().normalize();
        AgentProcess agent = agents.start(AgentOptions.in(state).set("snapshotage", 0));
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket server = listener.accept()) {
            client.getOutputStream().write(1);
            assertEquals(1, server.getInputStream().read());
            for (String root : List.of("1.3.6.1.2.1", "1.3.6.1.4.1", "1.3.6.1.6.3")) {
                String walk = Tools.here()
                        .run(
                                List.of(
                                        "snmpwalk",
                                        "-v2c",
                                        "-cpublic",
                                        "-Cc",
                                        "-t10",
                                        "-M",
                                        own + ":" + ietf,
                                        "-m",
                                        MODULES,
                                        agent.snmp(),
                                        root),
                                Map.of("SNMPCONFPATH", "/nonexistent"),
                                "")
                        .expectSuccess();
                List<String> wrong =
                        walk.lines().filter(line -> line.contains("Wrong Type")).toList();
                assertEquals(List.of(), wrong);
                assertTrue(walk.contains(aColumn(root)), () -> "no names of the modules in:\n" + walk);
            }
        }
    }

    /** Returns a column by its name; its type has been compared with its module. */
    private static String aColumn(String root) {
        return switch (root) {
            case "1.3.6.1.2.1" -> "TCP-ESTATS-MIB::tcpEStatsPerfSegsOut.";
            case "1.3.6.1.4.1" -> "TCPPROBE-MIB::tcpProbeFlowSrtt.";
            default -> "SNMP-FRAMEWORK-MIB::snmpEngineBoots.0 = INTEGER: ";
        };
    }
}
