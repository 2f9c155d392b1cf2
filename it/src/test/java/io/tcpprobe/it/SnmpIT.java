package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the SNMP connector serves, and to which clients. */
@Needs({"snmpget", "snmpgetnext", "snmpset", "snmpwalk"})
class SnmpIT {
    private static final String RTO_MIN = "1.3.6.1.2.1.6.2";
    private static final String PROBETIME = SnmpFlows.BASE + ".1.1.7.0";

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static AgentProcess agent;
    private static Snmp snmp;

    @BeforeAll
    static void startAgent() {
        agent = agents.start(AgentOptions.in(state));
        snmp = Snmp.v2c(Tools.here(), agent, "public");
    }

    @Test
    void shouldServeSystemGroup() {
        assertTrue(snmp.get("1.3.6.1.2.1.1.1.0").text().contains("tcpprobe"), "sysDescr names the agent");
        assertEquals("OID", snmp.get("1.3.6.1.2.1.1.2.0").type(), "sysObjectID");
        long first = snmp.get("1.3.6.1.2.1.1.3.0").number();
        Waiting.until("sysUpTime to grow", () -> snmp.get("1.3.6.1.2.1.1.3.0").number(), later -> later > first);
    }

    @Test
    void shouldCountItsOwnMessagesInSnmpGroup() {
        long first = snmp.get("1.3.6.1.2.1.11.1.0").number();
        assertTrue(snmp.get("1.3.6.1.2.1.11.1.0").number() > first, "snmpInPkts");
    }

    @Test
    void shouldReportNoSuchObject() {
        assertTrue(snmp.get("1.3.6.1.2.1.6.99.0").type().startsWith("No Such Object"));
    }

    @Test
    void shouldReportNoSuchInstance() {
        assertTrue(snmp.get(RTO_MIN + ".7").type().startsWith("No Such Instance"));
    }

    @Test
    void shouldReportEndOfMibView() {
        String printed = snmp.run("snmpgetnext", "2.100").expectSuccess();
        assertTrue(printed.contains("past the end of the MIB tree"), printed);
    }

    @Test
    void shouldAnswerVersion1WithNoSuchName() {
        Tools.Result result = v1("public").run("snmpget", "1.3.6.1.2.1.6.99.0");
        assertTrue(result.all().contains("noSuchName"), result::toString);
    }

    @Test
    void shouldAnswerVersion1() {
        assertEquals(snmp.get(RTO_MIN + ".0"), v1("public").get(RTO_MIN + ".0"));
    }

    @Test
    void shouldNotAnswerWrongCommunity() {
        assertNoAnswer(Snmp.v2c(Tools.here(), agent, "private"));
        assertNoAnswer(v1("private"));
    }

    @Test
    void shouldNotAnswerAnyCommunityWhenNoneIsSet(@TempDir Path other) {
        AgentProcess closed = agents.start(AgentOptions.in(other).set("snmp.community", ""));
        assertNoAnswer(Snmp.v2c(Tools.here(), closed, "public"));
        assertNoAnswer(Snmp.v2c(Tools.here(), closed, ""));
        assertNoAnswer(Snmp.v1(Tools.here(), closed, "public"));
    }

    private static void assertNoAnswer(Snmp asking) {
        Tools.Result result = asking.run("snmpget", "-t1", "-r0", RTO_MIN + ".0");
        assertNotEquals(0, result.status(), result::toString);
        assertTrue(result.all().contains("Timeout"), result::toString);
    }

    @Test
    void shouldRefuseSetByCommunity() {
        Tools.Result result = snmp.set(PROBETIME, "i", "77");
        assertTrue(result.all().matches("(?s).*Reason: (noAccess|authorizationError).*"), result::toString);
        assertEquals(500, snmp.get(PROBETIME).number());
    }

    @Test
    void shouldNumberSettingsAsAgreed() {
        List<Long> values = snmp.walk(SnmpFlows.BASE + ".1.1").stream()
                .map(Snmp.Varbind::number)
                .toList();
        // bufsize debug full hashsize maxflows port probetime purgetime snapshotage
        assertEquals(List.of(4096L, 0L, 0L, 0L, 100_000L, 0L, 500L, 300L, 1000L), values);
    }

    @Test
    void shouldReportTheSourceOfFlows() {
        assertTrue(List.of("bpf", "diag")
                .contains(snmp.get(SnmpFlows.BASE + ".1.2.1.0").text()));
        assertEquals(
                Tools.here().run("uname", "-r").expectSuccess().strip(),
                snmp.get(SnmpFlows.BASE + ".1.2.3.0").text());
    }

    @Test
    void shouldServeItsMibBelowAnotherBase(@TempDir Path other) {
        AgentProcess moved = agents.start(AgentOptions.in(other).set("snmp.baseoid", "1.3.6.1.4.1.99999.3"));
        Snmp asking = Snmp.v2c(Tools.here(), moved, "public");
        assertEquals(500, asking.get("1.3.6.1.4.1.99999.3.1.1.7.0").number());
        assertTrue(!asking.get(PROBETIME).present(), "nothing is left below the default base");
    }

    private static Snmp v1(String community) {
        return Snmp.v1(Tools.here(), agent, community);
    }
}
