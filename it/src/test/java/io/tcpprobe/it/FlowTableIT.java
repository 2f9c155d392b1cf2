package io.tcpprobe.it;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** The flow table with the best source of this host. */
@Needs({"snmpget", "snmpbulkwalk", "snmpbulkget", "ss", "ipv6", "netns"})
class FlowTableIT extends FlowTableTests {
    @BeforeAll
    static void startAgent() {
        start(List.of());
    }
}
