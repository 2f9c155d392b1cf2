package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.NamespacePair;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Flows over a link that loses segments and over a slow one. */
@Needs({"snmpget", "snmpbulkwalk", "ss", "nft", "tc", "netns"})
class LinkIT {
    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path state;

    private LinkedTraffic link;
    private TestNamespaces namespaces;
    private TrafficProcess near;
    private TrafficProcess far;
    private SnmpFlows flows;

    @BeforeEach
    void startBothEnds() {
        link = LinkedTraffic.open();
        namespaces = link.namespaces();
        near = link.near();
        far = link.far();
        AgentProcess agent = agents.start(AgentOptions.in(state)
                .inside(namespaces.near())
                .set("snapshotage", 0)
                .set("probetime", 0)
                .set("full", 1));
        flows = new SnmpFlows(Snmp.v2c(namespaces.near(), agent, "public"));
    }

    @AfterEach
    void stopBothEnds() {
        if (link != null) {
            link.close();
        }
    }

    @Test
    void shouldAgreeWithSsOnLossyLink() {
        int remote = far.listen(TestNamespaces.FAR_ADDRESS);
        int local = near.connect(TestNamespaces.FAR_ADDRESS, remote);
        namespaces.loseOneInHundred();
        near.send(local, 8_000_009);
        SocketStatistics seen = flows.assertAgreesWithSs(namespaces.near(), local, remote);
        assertTrue(seen.retransmitted() > 0, () -> "nothing was lost: " + seen);
    }

    @Test
    void shouldAgreeWithSsOnSlowLink() {
        namespaces.slowDown("20mbit");
        int remote = far.listen(NamespacePair.RIGHT_IPV6);
        int local = near.connect(NamespacePair.RIGHT_IPV6, remote);
        near.send(local, 3_000_017);
        flows.assertAgreesWithSs(namespaces.near(), local, remote);
    }

    @Test
    void shouldShowSegmentsInFlight() {
        namespaces.slowDown("10mbit");
        int remote = far.listen(TestNamespaces.FAR_ADDRESS);
        int local = near.connect(TestNamespaces.FAR_ADDRESS, remote);
        long id = flows.find(local, remote);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> near.send(local, 6_000_011));
        List<FlowField> queues = List.of(FlowField.IN_FLIGHT, FlowField.UNACKED, FlowField.SEND_QUEUE);
        Waiting.until("segments on their way", () -> flows.fields(id, queues), LinkIT::allPositive);
        sending.join();
    }

    private static boolean allPositive(Map<FlowField, Snmp.Varbind> cells) {
        return cells.values().stream().allMatch(cell -> cell.present() && cell.number() > 0);
    }
}
