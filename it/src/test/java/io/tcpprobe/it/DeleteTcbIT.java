package io.tcpprobe.it;

import static io.tcpprobe.it.Snmp.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.LoopbackConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Deletes connections of this process through the agent's connectors. */
@Needs({"root", "snmpget", "snmpset"})
class DeleteTcbIT {
    private static final String CONN_STATE = "1.3.6.1.2.1.6.13.1.1.";
    private static final String CONNECTION_STATE = "1.3.6.1.2.1.6.19.1.7.";
    private static final String FLOWS = "tcpprobe:type=Flows";
    private static final String PASSPHRASE = "a passphrase of the test";

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static AgentProcess agent;
    private static Snmp writer;

    private LoopbackConnection tcp;

    @BeforeAll
    static void startAgent() {
        agent = start(AgentOptions.in(state));
        writer = as("writer", agent);
    }

    private static AgentProcess start(AgentOptions options) {
        options.addUser("writer", PASSPHRASE, true);
        options.addUser("reader", PASSPHRASE, false);
        return agents.start(options);
    }

    private static Snmp as(String user, AgentProcess asked) {
        return Snmp.v3(Tools.here(), asked, user, PASSPHRASE);
    }

    @BeforeEach
    void connect() throws IOException {
        tcp = new LoopbackConnection();
    }

    @AfterEach
    void close() throws IOException {
        tcp.close();
    }

    private String conn() throws IOException {
        return CONN_STATE + "127.0.0.1." + tcp.port() + ".127.0.0.1." + tcp.listenerPort();
    }

    private String connection() throws IOException {
        return CONNECTION_STATE + "1.4.127.0.0.1." + tcp.port() + ".1.4.127.0.0.1." + tcp.listenerPort();
    }

    @Test
    void shouldDeleteByTheTableOfRfc4022() throws IOException {
        assertEquals(5, writer.get(connection()).number());
        writer.set(connection(), "i", "12").expectSuccess();
        tcp.assertAborted();
        assertFalse(writer.get(connection()).present(), "the row is gone at once");
        assertTrue(
                agent.output()
                        .matches("(?s).*tcpprobe.audit: delete 127.0.0.1:" + tcp.port() + " - 127.0.0.1:"
                                + tcp.listenerPort() + " \\(established, .*\\): done; by snmp user writer .*"),
                agent::output);
    }

    @Test
    void shouldDeleteByTheTableOfRfc2012() throws IOException {
        writer.set(conn(), "i", "12").expectSuccess();
        tcp.assertAborted();
    }

    @Test
    void shouldDeleteNothingIfOneOfSeveralIsNotThere() throws IOException {
        assertRefused(
                writer.set(conn(), "i", "12", CONN_STATE + "127.0.0.1.1.127.0.0.1.2", "i", "12"), "inconsistentName");
        tcp.assertAlive();
        String setting = SnmpFlows.BASE + ".1.1.7.0";
        assertRefused(writer.set(conn(), "i", "12", setting, "i", "-1"), "wrongValue");
        tcp.assertAlive();
        writer.set(setting, "i", "499", connection(), "i", "12").expectSuccess();
        tcp.assertAborted();
        assertEquals(499, writer.get(setting).number());
    }

    @Test
    void shouldRefuseOtherValuesAndColumns() throws IOException {
        for (String value : List.of("1", "5", "11", "13", "-12")) {
            assertRefused(writer.set(conn(), "i", value), "wrongValue");
        }
        assertRefused(writer.set(connection(), "u", "12"), "wrongType");
        assertRefused(writer.set(connection().replace(".19.1.7.", ".19.1.8."), "u", "12"), "(noAccess|notWritable)");
        assertRefused(writer.set(CONN_STATE + "127.0.0.256.1.127.0.0.1.2", "i", "12"), "noCreation");
        tcp.assertAlive();
    }

    @Test
    void shouldNeverDeleteAListener() throws IOException {
        String row = CONN_STATE + "127.0.0.1." + tcp.listenerPort() + ".0.0.0.0.0";
        assertEquals(2, writer.get(row).number());
        assertRefused(writer.set(row, "i", "12"), "inconsistentValue");
        assertRefused(
                writer.set(CONN_STATE + "127.0.0.2." + tcp.listenerPort() + ".0.0.0.0.0", "i", "12"),
                "inconsistentName");
        int closed = tcp.port();
        tcp.disconnect();
        // without the cookie, the kernel would find the listener
        assertRefused(
                writer.set(CONN_STATE + "127.0.0.1." + tcp.listenerPort() + ".127.0.0.1." + closed, "i", "12"),
                "inconsistentName");
        tcp.reconnect(0);
        tcp.assertAlive();
    }

    @Test
    void shouldRefuseDeletionWithoutWriteAccess() throws Exception {
        assertRefused(as("reader", agent).set(conn(), "i", "12"), "(noAccess|authorizationError)");
        assertRefused(Snmp.v2c(Tools.here(), agent, "public").set(conn(), "i", "12"), "(noAccess|noSuchName)");
        var http = new Jolokia(agent.http());
        long flow = flow(agent);
        assertEquals(
                403,
                http.as("reader", PASSPHRASE)
                        .execute(FLOWS, "deleteFlow", flow, false)
                        .status());
        assertEquals(403, http.execute(FLOWS, "deleteFlow", flow, true).status());
        tcp.assertAlive();
    }

    private long flow(AgentProcess asked) throws IOException {
        return new SnmpFlows(Snmp.v2c(Tools.here(), asked, "public")).find(tcp.port(), tcp.listenerPort());
    }

    @Test
    void shouldDeleteAFlowByHttpAfterADryRun() throws Exception {
        var http = new Jolokia(agent.http()).as("writer", PASSPHRASE);
        long flow = flow(agent);
        var dry =
                (Map<?, ?>) http.execute(FLOWS, "deleteFlow", flow, true).json().get("value");
        assertEquals(false, dry.get("deleted"));
        assertEquals("127.0.0.1:" + tcp.port(), dry.get("local"));
        assertEquals("established", dry.get("state"));
        tcp.assertAlive();
        var wet = (Map<?, ?>)
                http.execute(FLOWS, "deleteFlow", flow, false).json().get("value");
        assertEquals(true, wet.get("deleted"));
        tcp.assertAborted();
        assertEquals(500, http.execute(FLOWS, "deleteFlow", flow, false).status());
    }

    @Test
    void shouldDeleteByEndpointsThroughJmx() throws Exception {
        Object[] arguments = {"127.0.0.1:" + tcp.port(), "127.0.0.1:" + tcp.listenerPort(), false};
        String[] signature = {"java.lang.String", "java.lang.String", "boolean"};
        try (JmxConsole console = JmxConsole.attach(agent.pid())) {
            console.server().invoke(JmxConsole.name("Flows"), "deleteConnection", arguments, signature);
        }
        tcp.assertAborted();
    }

    /** The snapshot stays the same for an hour: the agent mistakes the new connection for the old one until it checks the socket. */
    @Test
    void shouldNotDeleteALaterConnectionWithTheSameEndpoints(@TempDir Path folder) throws Exception {
        AgentProcess slow = start(AgentOptions.in(folder).set("snapshotage", 3_600_000));
        long flow = flow(slow);
        int port = tcp.port();
        tcp.reconnect(port);
        var http = new Jolokia(slow.http()).as("writer", PASSPHRASE);
        Jolokia.Answer answer = http.execute(FLOWS, "deleteFlow", flow, false);
        assertEquals(500, answer.status(), answer::body);
        assertTrue(answer.body().contains("no such connection"), answer::body);
        tcp.assertAlive();
        assertEquals(
                port,
                new SnmpFlows(as("reader", slow))
                        .field(flow, FlowField.LOCAL_PORT)
                        .number());
    }

    @Test
    @Needs("setpriv")
    void shouldReportMissingPermission(@TempDir Path folder) throws Exception {
        Tools without = new Tools(List.of("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"));
        AgentProcess weak = start(AgentOptions.in(folder).inside(without));
        assertRefused(as("writer", weak).set(conn(), "i", "12"), "resourceUnavailable");
        Jolokia.Answer answer =
                new Jolokia(weak.http()).as("writer", PASSPHRASE).execute(FLOWS, "deleteFlow", flow(weak), true);
        assertTrue(answer.body().contains("CAP_NET_ADMIN"), answer::body);
        tcp.assertAlive();
    }
}
