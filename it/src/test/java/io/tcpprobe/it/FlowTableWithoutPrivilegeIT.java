package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The flow table without BPF: the agent has no capability, so it uses the source diag. */
@Needs({"snmpget", "snmpbulkwalk", "snmpbulkget", "ss", "ipv6", "netns", "setpriv"})
class FlowTableWithoutPrivilegeIT extends FlowTableTests {
    @BeforeAll
    static void startAgent() {
        start(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    }

    @Test
    void shouldReportWhyFlowsAreNotSampledPerAck() {
        assertEquals("diag", snmp.get(SnmpFlows.BASE + ".1.2.1.0").text());
        String refused = snmp.get(SnmpFlows.BASE + ".1.2.2.0").text();
        assertTrue(refused.startsWith("bpf: ") && refused.contains("missing CAP_BPF and CAP_PERFMON"), refused);
    }
}
