package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Flow records at a collector of IPFIX: nfdump. */
class IpfixIT {
    private static final int BYTES = 100_003;

    /** Headers of IP and of TCP with timestamps, which the octets of a record include. */
    private static final int HEADERS_4 = 20 + 32;

    private static final int HEADERS_6 = 40 + 32;

    private static final long INGRESS = 0;
    private static final long EGRESS = 1;

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @RegisterExtension
    final Kept kept = new Kept();

    @TempDir
    Path folder;

    private int collectorPort;
    private FlowCollector collector;

    private void collect() throws IOException {
        collectorPort = FreePort.belowEphemeral(); // it is stopped and started again
        collector = kept.open(FlowCollector.start(folder, collectorPort));
    }

    private AgentOptions options(int trackedPort) {
        return AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "bpf")
                .set("port", trackedPort)
                .set("snapshotage", 100)
                .set("push.interval", 1)
                .set("ipfix.collector", "127.0.0.1:" + collectorPort);
    }

    private static long pushed(AgentProcess agent, String result) throws Exception {
        return new Jolokia(agent.http())
                .metric("tcpprobe_push_items_total{connector=\"ipfix\",result=\"" + result + "\"}");
    }

    private static List<FlowCollector.Row> of(List<FlowCollector.Row> rows, long sourcePort, long direction) {
        return rows.stream()
                .filter(row -> row.number("sp") == sourcePort && row.number("dir") == direction)
                .toList();
    }

    /** Returns the sum of the bytes of the records, without headers. */
    private static long payload(List<FlowCollector.Row> rows) {
        return rows.stream()
                .mapToLong(row -> row.number("ibyt") - HEADERS_4 * row.number("ipkt"))
                .sum();
    }

    /** Both endpoints are on this host, and each has the records of both directions. */
    private List<FlowCollector.Row> complete(int client, int server) {
        return Waiting.until(
                "records of ports " + client + " and " + server,
                () -> collector.rows(client, server),
                rows -> payload(of(rows, client, INGRESS)) >= BYTES
                        && payload(of(rows, client, EGRESS)) >= BYTES
                        && payload(of(rows, server, INGRESS)) >= Traffic.GREETING
                        && payload(of(rows, server, EGRESS)) >= Traffic.GREETING);
    }

    private static void assertBetween(List<FlowCollector.Row> rows, String address) {
        assertTrue(
                rows.stream()
                        .allMatch(row -> row.text("sa").equals(address)
                                && row.text("da").equals(address)
                                && row.text("pr").equals("TCP")),
                rows::toString);
    }

    @Test
    @Needs({"root", "bpf", "nfcapd", "nfdump"})
    void shouldAddUpToTheBytesOfAFlowThatHasSeveralRecords() throws Exception {
        collect();
        Traffic traffic = kept.open(new Traffic());
        int server = traffic.listen();
        AgentProcess agent = agents.start(options(server));
        int client = traffic.connect(server);
        traffic.send(client, 40_000);
        awaitReceived(client, server, 40_000);
        traffic.send(client, BYTES - 40_000);
        traffic.disconnect(client);
        List<FlowCollector.Row> rows = complete(client, server);
        assertBetween(rows, "127.0.0.1");
        List<FlowCollector.Row> received = of(rows, client, INGRESS);
        assertTrue(received.size() >= 2, rows::toString);
        assertEquals(BYTES, payload(received), "what the server received");
        assertEquals(Traffic.GREETING, payload(of(rows, server, INGRESS)), "what the client received");
        assertEquals(0, pushed(agent, "failed"));
        assertEquals(0, pushed(agent, "dropped"));
    }

    /** Waits for records of what the server has received so far. */
    private void awaitReceived(int client, int server, long bytes) {
        Waiting.until(
                "records of " + bytes + " bytes",
                () -> payload(of(collector.rows(client, server), client, INGRESS)) == bytes);
    }

    /** Our elements are there as well; nfdump skips them. */
    @Test
    @Needs({"root", "bpf", "ipv6", "nfcapd", "nfdump"})
    void shouldSendBothDirectionsOfIpv6InOneRecord() throws Exception {
        collect();
        Traffic traffic = kept.open(new Traffic());
        InetAddress loopback = InetAddress.ofLiteral("::1");
        int server = traffic.listen(StandardProtocolFamily.INET6, loopback);
        agents.start(options(server).set("ipfix.biflow", 1).set("snmp.baseoid", "1.3.6.1.4.1.99999.1"));
        int client = traffic.connect(StandardProtocolFamily.INET6, loopback, server);
        traffic.send(client, BYTES);
        traffic.disconnect(client);
        List<FlowCollector.Row> rows = Waiting.until(
                "records of both endpoints",
                () -> collector.rows(client, server),
                found -> reverse(found, server) >= BYTES && reverse(found, client) >= Traffic.GREETING);
        assertBetween(rows, "::1");
        assertEquals(BYTES, reverse(rows, server), "what the server received");
        assertEquals(Traffic.GREETING, reverse(rows, client), "what the client received");
    }

    /** Returns the payload in the reverse direction of the records of an endpoint. */
    private static long reverse(List<FlowCollector.Row> rows, long sourcePort) {
        return rows.stream()
                .filter(row -> row.number("sp") == sourcePort)
                .mapToLong(row -> row.number("obyt") - HEADERS_6 * row.number("opkt"))
                .sum();
    }

    @Test
    @Needs({"root", "bpf", "nfcapd", "nfdump"})
    void shouldCountWhatIsLostWhileTheCollectorIsDownAndBeReadWhenItIsBack() throws Exception {
        collect();
        Traffic traffic = kept.open(new Traffic());
        int server = traffic.listen();
        AgentProcess agent = agents.start(options(server).set("ipfix.templates", 3600));
        traffic.disconnect(traffic.connect(server));
        Waiting.until("the first records", () -> pushed(agent, "sent") >= 2);
        collector.close();
        Waiting.until("refused records", () -> {
            connectAndPause(traffic, server);
            return pushed(agent, "failed") > 0;
        });
        collector = kept.open(FlowCollector.start(folder, collectorPort));
        List<FlowCollector.Row> rows = Waiting.until(
                "records at the new collector",
                () -> {
                    connectAndPause(traffic, server);
                    return collector.rows(server, server);
                },
                found -> !found.isEmpty());
        assertBetween(rows, "127.0.0.1");
    }

    private static void connectAndPause(Traffic traffic, int server) {
        traffic.disconnect(traffic.connect(server));
        Waiting.pause(Duration.ofMillis(200)); // at most five connections a second, until one of them has been sent
    }
}
