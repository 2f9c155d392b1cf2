package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The SNMP connector at the wildcard address of a host with many addresses, queried from another host. */
@Needs({"snmpget", "netns", "ipv6"})
class SnmpAddressIT {
    /** GET of sysUpTime.0 by v2c. */
    private static final String GET =
            "302902010104067075626c6963a01c020401020304020100020100300e300c06082b060102010103000500";

    private static final String LINK = "link0";
    private static final String SECOND = "10.98.0.50";
    private static final String LATE = "10.98.0.77";

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static TestNamespaces namespaces;
    private static String port;

    @BeforeAll
    static void startAgent() {
        namespaces = TestNamespaces.open();
        addAddress(SECOND + "/24");
        AgentProcess agent = agents.start(AgentOptions.in(state)
                .inside(namespaces.near())
                .set("probe.source", "diag")
                .set("snmp.listen", "0.0.0.0:0"));
        port = agent.snmp().replaceFirst("^.*:", "");
    }

    @AfterAll
    static void removeNamespaces() {
        namespaces.close();
    }

    private static void addAddress(String address) {
        namespaces.near().run("ip", "addr", "add", address, "dev", LINK).expectSuccess();
        Waiting.until(
                "the address can be used",
                () -> namespaces
                        .near()
                        .run("ip", "-6", "addr", "show", "dev", LINK, "tentative")
                        .expectSuccess(),
                String::isBlank);
    }

    /** Returns the response that a connected socket of the other host receives, in hex; fails if none comes from that address. */
    private static String ask(String address, String request) {
        return namespaces
                .far()
                .run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Path.of(DatagramMain.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .getPath())
                                .toString(),
                        DatagramMain.class.getName(),
                        address,
                        port,
                        request)
                .expectSuccess()
                .strip();
    }

    /** Returns a GETBULK by v2c of 200 variables, each after 1.3.6.1.2.1.1, with 2 repetitions: 20 kB of response. */
    private static String getBulk() {
        String variables = sequence("30", "300a06062b06010201010500".repeat(200));
        String pdu = sequence("a5", "020401020304" + "020100" + "020102" + variables);
        return sequence("30", "020101" + "04067075626c6963" + pdu);
    }

    private static String sequence(String tag, String content) {
        return "%s82%04x%s".formatted(tag, content.length() / 2, content);
    }

    private static String linkLocal() {
        String printed = namespaces
                .near()
                .run("ip", "-6", "-brief", "addr", "show", "dev", LINK, "scope", "link")
                .expectSuccess();
        return printed.replaceFirst("(?s)^.*\\s(fe80:[0-9a-f:]+)/.*$", "$1") + "%" + LINK;
    }

    @Test
    void shouldAnswerFromTheAddressThatWasAsked() {
        for (String address : List.of(TestNamespaces.NEAR_ADDRESS, SECOND, "fd98::1", linkLocal())) {
            assertTrue(ask(address, GET).startsWith("30"), address);
        }
    }

    @Test
    void shouldFollowAddressChanges() {
        addAddress(LATE + "/24");
        addAddress("fd98::77/64");
        assertTrue(ask(LATE, GET).startsWith("30"));
        assertTrue(ask("fd98::77", GET).startsWith("30"));
        namespaces.near().run("ip", "addr", "del", LATE + "/24", "dev", LINK).expectSuccess();
        namespaces.near().run("ip", "addr", "del", "fd98::77/64", "dev", LINK).expectSuccess();
        assertTrue(ask(SECOND, GET).startsWith("30"));
        assertTrue(ask("fd98::1", GET).startsWith("30"));
    }

    /** A forged source address must not amplify a small request: the response is one packet of 1500 bytes with its headers. */
    @Test
    void shouldAnswerACommunityWithOnePacket() {
        int ipv4 = ask(TestNamespaces.NEAR_ADDRESS, getBulk()).length() / 2;
        assertTrue(ipv4 <= 1472 && ipv4 > 1300, "IPv4: " + ipv4 + " bytes");
        int ipv6 = ask("fd98::1", getBulk()).length() / 2;
        assertTrue(ipv6 <= 1452 && ipv6 > 1300, "IPv6: " + ipv6 + " bytes");
    }

    @Test
    void shouldReportTooBigIfAGetDoesNotFit() {
        String description = "1.3.6.1.2.1.1.1.0";
        Snmp far = Snmp.v2c(namespaces.far(), TestNamespaces.NEAR_ADDRESS + ":" + port, "public");
        assertEquals(10, far.get(Collections.nCopies(10, description)).size());
        Tools.Result refused =
                far.run("snmpget", Collections.nCopies(60, description).toArray(String[]::new));
        assertTrue(refused.all().contains("tooBig"), refused::toString);
    }

    @Test
    void shouldSendLargerPacketsWhereASettingSaysSo(@TempDir Path other) {
        AgentProcess agent = agents.start(AgentOptions.in(other)
                .inside(namespaces.near())
                .set("probe.source", "diag")
                .set("snmp.packetsize", "9000")
                .set("snmp.listen", TestNamespaces.NEAR_ADDRESS + ":0"));
        String before = port;
        try {
            port = agent.snmp().replaceFirst("^.*:", "");
            int bytes = ask(TestNamespaces.NEAR_ADDRESS, getBulk()).length() / 2;
            assertTrue(bytes > 1472 && bytes <= 9000 - 28, bytes + " bytes");
        } finally {
            port = before;
        }
    }
}
