package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The owner of a flow whose socket passes to another process without a segment: all connectors show the same process. */
@Needs({"bash", "snmpget", "snmpbulkwalk"})
class FlowOwnersIT {
    /** Connects. After a line of input, forks a child that keeps the socket; the parent closes its descriptor. */
    private static final String FORK_AND_CLOSE = "exec 3<>/dev/tcp/127.0.0.1/$0; echo $$; read next;"
            + " sleep 1000 & child=$!; exec 3>&-; echo $child; read next; kill $child; wait";

    private static final String USER = "ops";
    private static final String PASSPHRASE = "whose is this one";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    void shouldFollowASocketToAnotherProcess(String source, @TempDir Path state) throws Exception {
        if (source.equals("bpf")) {
            NeedsCondition.require("bpf");
        }
        AgentOptions options =
                AgentOptions.in(state).set("probe.source", source).set("snapshotage", 100);
        options.addUser(USER, PASSPHRASE, true); // operations require a user
        AgentProcess agent = agents.start(options);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(listener.getLocalPort());
            Process bash = Tools.here().start(List.of("bash", "-c", FORK_AND_CLOSE, port), Map.of());
            try (Socket accepted = listener.accept();
                    BufferedReader out =
                            new BufferedReader(new InputStreamReader(bash.getInputStream(), StandardCharsets.UTF_8))) {
                String parent = out.readLine();
                assertEquals(Long.toString(bash.pid()), parent);
                Connectors connectors = Connectors.of(agent, accepted.getPort(), listener.getLocalPort());
                connectors.await(parent, "bash");
                next(bash);
                connectors.await(out.readLine(), "sleep");
                next(bash);
            } finally {
                bash.descendants().forEach(ProcessHandle::destroyForcibly);
                bash.destroyForcibly();
            }
        }
    }

    private static void next(Process process) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write('\n');
        in.flush();
    }

    /** The connectors of one agent, queried for the owner of one socket. */
    private record Connectors(Snmp snmp, Jolokia http, long flow, int localPort, int remotePort) {
        static Connectors of(AgentProcess agent, int localPort, int remotePort) {
            Snmp snmp = Snmp.v2c(Tools.here(), agent, "public").patient();
            long flow = new SnmpFlows(snmp).find(localPort, remotePort);
            return new Connectors(snmp, new Jolokia(agent.http()).as(USER, PASSPHRASE), flow, localPort, remotePort);
        }

        void await(String process, String command) {
            String owner = process + " " + command;
            Waiting.until(
                    "the owner " + owner + " at every connector", this::owners, List.of(owner, process, owner)::equals);
        }

        /** Returns the owner according to the flow table of SNMP, tcpConnectionTable, and JSON. */
        private List<String> owners() {
            var fields = new SnmpFlows(snmp).fields(flow, List.of(FlowField.PID, FlowField.COMMAND));
            Snmp.Varbind pid = fields.get(FlowField.PID);
            Snmp.Varbind command = fields.get(FlowField.COMMAND);
            String index = ".1.4.127.0.0.1." + localPort + ".1.4.127.0.0.1." + remotePort;
            return List.of(
                    pid.present() && command.present() ? pid.value() + " " + command.text() : "-",
                    snmp.get("1.3.6.1.2.1.6.19.1.8" + index).value(),
                    json());
        }

        private String json() {
            try {
                String body =
                        http.execute("tcpprobe:type=Flows", "page", flow - 1, 1).body();
                return value(body, "pid") + " " + value(body, "command");
            } catch (Exception failed) {
                throw new IllegalStateException("ask by HTTP: " + failed.getMessage(), failed);
            }
        }

        private static String value(String body, String name) {
            Matcher found = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(body);
            return found.find() ? found.group(1) : "(no " + name + " in " + body + ")";
        }
    }
}
