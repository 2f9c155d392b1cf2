package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process of MPTCP sockets, with which Go's programs listen: the kernel's files do not list their TCP sockets. */
@Needs({"snmpget", "snmpbulkwalk", "gcc", "mptcp"})
class MultipathOwnersIT {
    private static final String TCP = "1.3.6.1.2.1.6";
    private static final String CONNECTION_PROCESS = TCP + ".19.1.8";
    private static final String LISTENER_PROCESS = TCP + ".20.1.4";

    @RegisterExtension
    static final Agents agents = Agents.ofTest();

    @TempDir
    static Path folder;

    private static Process multipath;
    private static int port;

    @BeforeAll
    static void openSockets() throws IOException {
        String program = folder.resolve("multipath").toString();
        Tools.here()
                .run("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "src/test/c/multipath.c", "-o", program)
                .expectSuccess();
        multipath = new ProcessBuilder(program).redirectErrorStream(true).start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(multipath.getInputStream(), StandardCharsets.UTF_8));
        String line = String.valueOf(out.readLine());
        if (!line.startsWith("port ")) {
            throw new AssertionError("multipath: " + line);
        }
        port = Integer.parseInt(line.substring("port ".length()));
    }

    @AfterAll
    static void closeSockets() throws IOException {
        if (multipath != null) {
            multipath.getOutputStream().close(); // it ends by itself
            multipath.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    void shouldNameTheProcess(String source, @TempDir Path state) {
        if (source.equals("bpf")) {
            NeedsCondition.require("bpf");
        }
        AgentProcess agent =
                agents.start(AgentOptions.in(state).set("probe.source", source).set("snapshotage", 0));
        Snmp snmp = Snmp.v2c(Tools.here(), agent, "public");
        String pid = Long.toString(multipath.pid());
        Map<String, String> listeners = Waiting.until(
                "the listener's process", () -> ofPort(snmp, LISTENER_PROCESS), found -> found.containsValue(pid));
        assertEquals(List.of(pid), List.copyOf(listeners.values()));
        Map<String, String> connections = Waiting.until(
                "both ends' process", () -> ofPort(snmp, CONNECTION_PROCESS), found -> !found.containsValue("0"));
        assertEquals(List.of(pid, pid), List.copyOf(connections.values()));
        SnmpFlows flows = new SnmpFlows(snmp);
        List<Long> ids = Waiting.until("the flows of both ends", () -> idsOf(flows, port), found -> found.size() == 2);
        for (long id : ids) {
            Snmp.Varbind owner = Waiting.until(
                    "the flow's process",
                    () -> flows.field(id, FlowField.PID),
                    cell -> cell.value().equals(pid));
            assertEquals(pid, owner.value());
            assertEquals("multipath", flows.field(id, FlowField.COMMAND).text());
        }
    }

    /** Returns the ids of the flows that have the port at either endpoint. */
    private static List<Long> idsOf(SnmpFlows flows, int port) {
        return Stream.of(FlowField.LOCAL_PORT, FlowField.REMOTE_PORT)
                .flatMap(field -> flows.column(field).entrySet().stream())
                .filter(cell -> cell.getValue().number() == port)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns the values of a column in the rows whose index contains the port, at the end or in the middle. */
    private static Map<String, String> ofPort(Snmp snmp, String column) {
        return snmp.bulkwalk(column).stream()
                .filter(cell -> cell.oid().startsWith(column + "."))
                .filter(cell -> (cell.oid() + ".").contains(".127.0.0.1." + port + "."))
                .collect(Collectors.toMap(Snmp.Varbind::oid, Snmp.Varbind::value));
    }
}
