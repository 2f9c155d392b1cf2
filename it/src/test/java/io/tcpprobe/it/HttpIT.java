package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jolokia.json.JSONObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the HTTP connector serves, and to which clients. */
class HttpIT {
    private static final String SETTINGS = "tcpprobe:type=Settings";
    private static final String FLOWS = "tcpprobe:type=Flows";
    private static final String PASSPHRASE = "say friend and enter";

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static Jolokia anybody;
    private static Jolokia writer;
    private static Jolokia reader;

    @BeforeAll
    static void startAgent() {
        anybody = new Jolokia(startWithUsers(state).http());
        writer = anybody.as("writer", PASSPHRASE);
        reader = anybody.as("reader", PASSPHRASE);
    }

    private static AgentProcess startWithUsers(Path folder) {
        AgentOptions options = AgentOptions.in(folder);
        options.addUser("writer", PASSPHRASE, true);
        options.addUser("reader", PASSPHRASE, false);
        return agents.start(options);
    }

    @Test
    void shouldReadSettingsByGetAndByPost() throws Exception {
        assertEquals(500L, anybody.read(SETTINGS, "probetime"));
        Jolokia.Answer answer = anybody.get("/jolokia/read/tcpprobe:type=Settings/probetime");
        assertEquals(200, answer.status(), answer::body);
        assertEquals(500L, answer.json().get("value"));
    }

    @Test
    void shouldReadTheJvmsOwnFigures() throws Exception {
        Object heap = anybody.read("java.lang:type=Memory", "HeapMemoryUsage");
        assertTrue(((JSONObject) heap).get("used") instanceof Long, heap::toString);
    }

    @Test
    void shouldSearchAndListItsMBeans() throws Exception {
        Jolokia.Answer found = anybody.post(Map.of("type", "search", "mbean", "tcpprobe:*"));
        assertTrue(((List<?>) found.json().get("value")).contains(SETTINGS), found::body);
        Jolokia.Answer listed = anybody.post(Map.of("type", "list", "path", "tcpprobe/type=Settings"));
        assertTrue(listed.body().contains("probetime"), listed::body);
    }

    @Test
    void shouldKeepBigNumbersExact() throws Exception {
        Object number = anybody.read("tcpprobe:type=Tcp", "InSegs");
        assertTrue(number instanceof Long, () -> "a whole number without exponent: " + number);
        Jolokia.Answer text = anybody.get("/jolokia/read/java.lang:type=Runtime/StartTime?serializeLong=string");
        assertTrue(
                text.json().get("value") instanceof String digits && digits.matches("\\d{13}"),
                () -> "digits in a text: " + text.body());
        Jolokia.Answer plain = anybody.get("/jolokia/read/java.lang:type=Runtime/StartTime");
        assertEquals(text.json().get("value"), plain.json().get("value").toString(), "the same number, as a number");
        assertTrue(plain.json().get("value") instanceof Long, plain::body);
    }

    @Test
    void shouldRefuseWriteWithoutUser() throws Exception {
        assertRefused(anybody.write(SETTINGS, "probetime", 255));
    }

    @Test
    void shouldRefuseWriteByReader() throws Exception {
        assertRefused(reader.write(SETTINGS, "probetime", 255));
    }

    @Test
    void shouldRefuseWriteWithWrongPassphrase() throws Exception {
        int status = anybody.as("writer", "mellon, mellon")
                .write(SETTINGS, "probetime", 255)
                .status();
        assertTrue(status == 401 || status == 403, () -> "status " + status);
        assertEquals(500L, anybody.read(SETTINGS, "probetime"));
    }

    @Test
    void shouldRefuseChangesWithoutUserAndLetAnybodyCallWhatOnlyInforms() throws Exception {
        assertRefused(anybody.execute(FLOWS, "deleteFlow", 1, true));
        for (Jolokia visitor : List.of(anybody, reader)) {
            Jolokia.Answer answer = visitor.execute(FLOWS, "top", "cwnd", 3);
            assertEquals(200, answer.status(), answer::body);
        }
    }

    @Test
    void shouldRefuseChangesOfTheJvmEvenByWriter() throws Exception {
        assertRefused(writer.write("java.lang:type=Memory", "Verbose", true));
        assertRefused(writer.execute("java.lang:type=Memory", "gc"));
    }

    @Test
    void shouldRefuseOtherDomains() throws Exception {
        for (String bean : List.of("java.util.logging:type=Logging", "JMImplementation:type=MBeanServerDelegate")) {
            assertRefused(writer.post(Map.of("type", "read", "mbean", bean)));
        }
        assertRefused(writer.execute("com.sun.management:type=DiagnosticCommand", "vmSystemProperties"));
    }

    @Test
    void shouldRefuseForeignOrigin() throws Exception {
        assertRefused(anybody.with("Origin", "http://evil.example")
                .post(Map.of("type", "read", "mbean", SETTINGS, "attribute", "probetime")));
    }

    @Test
    void shouldNotConnectToOtherHosts() throws Exception {
        Jolokia.Answer answer = writer.post(Map.of(
                "type",
                "read",
                "mbean",
                SETTINGS,
                "attribute",
                "probetime",
                "target",
                Map.of("url", "service:jmx:rmi:///jndi/rmi://127.0.0.1:9/jmxrmi")));
        // Either refused, or processed by this agent itself with the target ignored.
        assertTrue(
                answer.status() != 200 || Long.valueOf(500).equals(answer.json().get("value")), answer::body);
    }

    private static void assertRefused(Jolokia.Answer answer) throws Exception {
        assertEquals(403, answer.status(), answer::body);
        assertEquals(500L, anybody.read(SETTINGS, "probetime"));
    }

    @Test
    @Needs("snmpget")
    void shouldLetWriterChangeSettingsOfAllConnectorsPersistently(@TempDir Path folder) throws Exception {
        AgentProcess agent = startWithUsers(folder);
        Jolokia.Answer answer =
                new Jolokia(agent.http()).as("writer", PASSPHRASE).write(SETTINGS, "probetime", 256);
        assertEquals(200, answer.status(), answer::body);
        Snmp snmp = Snmp.v2c(Tools.here(), agent, "public");
        assertEquals(256, snmp.get(SnmpFlows.BASE + ".1.1.7.0").number());
        try (JmxConsole console = JmxConsole.attach(agent.pid())) {
            assertEquals(256L, console.read("Settings", "probetime"));
        }
        String listed = AgentOptions.in(folder).run("settings").expectSuccess();
        assertTrue(
                listed.lines().anyMatch(line -> line.startsWith("probetime") && line.matches(".*\\b256\\b.*")), listed);
        agent.stop("TERM");
        AgentProcess again = agents.start(AgentOptions.in(folder));
        assertEquals(256L, new Jolokia(again.http()).read(SETTINGS, "probetime"));
    }

    @Test
    void shouldReportRangeAndUnitOfBadValue() throws Exception {
        Jolokia.Answer answer = writer.write(SETTINGS, "probetime", -1);
        assertNotEquals(200, answer.status(), answer::body);
        assertEquals(500L, anybody.read(SETTINGS, "probetime"));
        assertTrue(answer.body().contains("0..86400000 milliseconds"), answer::body);
    }

    @Test
    void shouldLetWriterExecute() throws Exception {
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            int local = traffic.connect(remote);
            Waiting.until(
                    "the flow in the snapshot", () -> find("127.0.0.1:" + local), text -> text.contains("\"verdict\""));
        }
    }

    private static String find(String endpoint) {
        try {
            Jolokia.Answer answer = writer.execute(FLOWS, "find", endpoint);
            assertEquals(200, answer.status(), answer::body);
            return answer.body();
        } catch (Exception failed) {
            throw new IllegalStateException("find " + endpoint, failed);
        }
    }

    @Test
    void shouldAnswerGarbageWithAnError() throws Exception {
        for (String path : List.of("/jolokia/read/nonsense", "/jolokia/nosuchcommand/x", "/nosuchpage")) {
            Jolokia.Answer answer = anybody.get(path);
            int status = answer.http() == 200 ? answer.status() : answer.http();
            assertTrue(status >= 400 && status < 500, () -> path + ": " + answer);
            assertFalse(answer.body().contains("\tat "), () -> "a stack trace: " + answer);
        }
    }

    @Test
    void shouldServeThePageAndAllThatItLoads() throws Exception {
        Jolokia.Answer page = anybody.get("/");
        assertEquals(200, page.http());
        List<String> loaded = Pattern.compile("(?:src|href)=\"(/[^\"]+)")
                .matcher(page.body())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertTrue(loaded.contains("/page/main.js"), page::body);
        for (String path : loaded) {
            assertEquals(200, anybody.get(path).http(), path);
        }
    }
}
