package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.NamespacePair;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flows of two network namespaces, as the sources diag and bpf show them in a third. */
@Needs({"ip", "netns"})
class DiagNamespacesIT {
    private static final int BYTES = 50_021;
    private static final String COLUMNS =
            "networkNamespace,localAddress,localPort,remoteAddress,remotePort,state,bytesAcked,bytesReceived,dataSegsOut,pid";

    @TempDir
    Path folder;

    private List<String> flows(String source, int port) {
        return AgentOptions.bare()
                .set("state.dir", folder.resolve("none"))
                .set("port", port)
                .set("probe.source", source)
                .set("probe.namespaces", 1000)
                .run("flows", "--all-namespaces", "--csv", "--columns", COLUMNS)
                .expectSuccess()
                .lines()
                .sorted()
                .toList();
    }

    @Test
    @Needs("bpf")
    void shouldShowTheSameFlowsAsBpf() {
        try (TestNamespaces network = TestNamespaces.open();
                TrafficProcess client = TrafficProcess.start(network.near());
                TrafficProcess server = TrafficProcess.start(network.far())) {
            int port = server.listen(TestNamespaces.FAR_ADDRESS);
            int local = client.connect(TestNamespaces.FAR_ADDRESS, port);
            client.send(local, BYTES);
            List<String> diag = Waiting.until(
                    "the last ACK, as both sources show it",
                    () -> flows("diag", port),
                    lines -> lines.size() == 3 && lines.equals(flows("bpf", port)));
            assertEquals(
                    2,
                    diag.stream()
                            .filter(line -> line.contains(Integer.toString(port)))
                            .map(line -> line.split(",", -1)[0])
                            .distinct()
                            .count(),
                    diag::toString);
            assertTrue(diag.stream().anyMatch(line -> line.endsWith("," + client.pid())), diag::toString);
            assertTrue(diag.stream().anyMatch(line -> line.endsWith("," + server.pid())), diag::toString);
        }
    }

    @Test
    void shouldShowOneNamespaceOnlyIfThatIsSet() {
        try (TestNamespaces network = TestNamespaces.open();
                TrafficProcess client = TrafficProcess.start(network.near());
                TrafficProcess server = TrafficProcess.start(network.far())) {
            int port = server.listen(NamespacePair.RIGHT_IPV4);
            client.connect(NamespacePair.RIGHT_IPV4, port);
            String listed = AgentOptions.bare()
                    .set("state.dir", folder.resolve("none"))
                    .set("port", port)
                    .set("probe.source", "diag")
                    .set("probe.namespaces", 0)
                    .inside(network.far())
                    .run("flows", "--all-namespaces", "--csv", "--columns", COLUMNS)
                    .expectSuccess();
            assertEquals(2, listed.lines().count(), listed); // with the line of names
        }
    }
}
