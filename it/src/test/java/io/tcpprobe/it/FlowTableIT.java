package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowText;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The flow table with the best source of this host. */
@Needs({"snmpget", "snmpbulkwalk", "snmpbulkget", "ss", "ipv6", "netns"})
class FlowTableIT extends FlowTableTests {
    @BeforeAll
    static void startAgent() {
        start(List.of());
    }

    @Test
    void shouldShowTheProcess() {
        int remote = Loopback.IPV4.listen();
        long id = flows.find(Loopback.IPV4.connect(remote), remote);
        String process = flows.text(id, FlowText.PROCESS).text();
        assertTrue(process.matches("\\d+/java"), process);
    }
}
