package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code tcpprobe flows}: which namespace's flows it shows, with which processes and ids. */
class FlowsCommandIT {
    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private static List<String> cells(String listed, int local) {
        return listed.lines()
                .filter(line -> line.matches(".*\\s127\\.0\\.0\\.1:" + local + "\\s+127\\.0\\.0\\.1:.*"))
                .findFirst()
                .map(line -> Arrays.asList(line.strip().split("\\s+")))
                .orElseThrow(() -> new AssertionError("no flow from port " + local + ":\n" + listed));
    }

    @Test
    void shouldShowTheProcessAndNoIdWithoutAnAgent() {
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            int local = traffic.connect(remote);
            String listed = AgentOptions.bare()
                    .set("state.dir", folder.resolve("none"))
                    .set("port", remote)
                    .run("flows")
                    .expectSuccess();
            List<String> cells = cells(listed, local);
            assertTrue(cells.getFirst().equals("established"), listed);
            assertTrue(cells.get(3).startsWith(ProcessHandle.current().pid() + "/"), listed);
        }
    }

    @Test
    @Needs({"snmpget"})
    void shouldShowTheIdsOfTheAgentThatRuns() throws Exception {
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            int local = traffic.connect(remote);
            Path state = folder.resolve("state");
            AgentProcess agent = agents.start(AgentOptions.in(state));
            long id = new SnmpFlows(Snmp.v2c(Tools.here(), agent, "public")).find(local, remote);
            String listed = AgentOptions.bare()
                    .set("state.dir", state)
                    .set("port", remote)
                    .run("flows")
                    .expectSuccess();
            List<String> cells = cells(listed, local);
            assertTrue(cells.getFirst().equals(Long.toString(id)), () -> "id " + id + ":\n" + listed);
            assertTrue(cells.get(1).equals("established"), listed);
        }
    }

    @Test
    @Needs({"netns", "bpf"})
    void shouldShowTheNamespaceThatItRunsIn() {
        try (TestNamespaces network = TestNamespaces.open();
                Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            int local = traffic.connect(remote);
            AgentOptions inside = AgentOptions.bare()
                    .set("state.dir", folder.resolve("none"))
                    .set("port", remote)
                    .set("probe.source", "bpf")
                    .inside(network.near());
            String own = inside.run("flows").expectSuccess();
            assertTrue(
                    own.matches("(?s)(.*\n)?0 flows; network namespace tcpprobe-\\d+-left \\(\\d+\\); source bpf.*"),
                    own);
            assertFalse(own.contains(":" + local), own);
            String all = inside.run("flows", "--all-namespaces").expectSuccess();
            assertTrue(all.contains("; all network namespaces; source bpf"), all);
            assertTrue(cells(all, local).size() > 4, all);
        }
    }
}
