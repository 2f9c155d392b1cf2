package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code doctor}: as root and as another user, in a namespace, with what can be wrong on a host. */
class DoctorIT {
    /** A user without privileges, who needs no entry in passwd(5). */
    private static final String NOBODY = "65534";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private Path state() {
        return folder.resolve("state");
    }

    private AgentOptions options() {
        return AgentOptions.in(state()).set("probe.source", "auto");
    }

    /** A finding, as JSON has it. */
    private record Found(String level, String check, String fact, String remedy) {}

    private static List<Found> findings(Tools.Result result) throws Exception {
        JSONObject all = new JSONParser().parse(result.out(), JSONObject.class);
        return ((JSONArray) all.get("findings"))
                .stream()
                        .map(JSONObject.class::cast)
                        .map(one -> new Found(
                                text(one, "level"), text(one, "check"), text(one, "fact"), text(one, "remedy")))
                        .toList();
    }

    private static String text(JSONObject object, String key) {
        return String.valueOf(object.get(key));
    }

    private static Found find(List<Found> all, String check) {
        return all.stream()
                .filter(found -> found.check.equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding of " + check + " in " + all));
    }

    private Tools.Result failing(AgentOptions options) {
        Tools.Result result = options.run("doctor", "--json");
        assertEquals(1, result.status(), result::toString);
        return result;
    }

    @Test
    void shouldFindThatThisHostWorksAndChangeNothing() throws Exception {
        Tools.Result result = options().run("doctor", "--json");
        assertEquals(0, result.status(), result::toString);
        List<Found> found = findings(result);
        assertEquals("ok", find(found, "source diag").level);
        assertEquals("ok", find(found, "snmp udp").level);
        assertTrue(find(found, "state folder").fact.endsWith("does not exist yet; the agent creates it"));
        assertFalse(Files.exists(state()));
        String shown = options().run("doctor").expectSuccess();
        assertTrue(shown.lines().allMatch(line -> line.length() <= 80), shown);
        assertTrue(shown.lines().anyMatch(line -> line.matches("ok +source diag +it can run here")), shown);
    }

    @Test
    void shouldExitWithTwoForAWrongCommandLine() {
        assertEquals(2, options().run("doctor", "--unknown").status());
    }

    @Test
    void shouldNameTheProcessThatHasThePort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Found found = find(findings(failing(options().set("http.listen", address))), "http tcp");
            assertEquals("fails", found.level);
            assertTrue(found.fact.startsWith(address + " is taken by "), found::fact);
            assertTrue(found.fact.endsWith("(process " + ProcessHandle.current().pid() + ")"), found::fact);
        }
    }

    @Test
    void shouldReportEveryProblemOfTheConfigurationFile() throws Exception {
        Path file = Files.writeString(folder.resolve("tcpprobe.conf"), "probetime = often\nunknown = 1\n");
        List<Found> found = findings(failing(options().with("--config=" + file)));
        List<Found> wrong =
                found.stream().filter(one -> one.level.equals("fails")).toList();
        assertEquals(2, wrong.size(), wrong::toString);
        assertTrue(wrong.stream().allMatch(one -> one.check.equals("settings") && !one.remedy.isEmpty()));
    }

    @Test
    @Needs({"root", "setpriv"})
    void shouldTellAnotherUserWhatIsMissing() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(state());
        AgentOptions asNobody = options()
                .inside(new Tools(List.of(
                        "setpriv",
                        "--reuid=" + NOBODY,
                        "--regid=" + NOBODY,
                        "--clear-groups",
                        "--inh-caps=-all",
                        "--bounding-set=-all")));
        List<Found> found = findings(failing(asNobody));
        assertEquals("warning", find(found, "capabilities").level);
        assertTrue(find(found, "capabilities").remedy.contains("bounding set"), found::toString);
        assertEquals("warning", find(found, "source bpf").level);
        assertEquals("ok", find(found, "source diag").level);
        Found unwritable = find(found, "state folder");
        assertEquals("fails", unwritable.level);
        assertTrue(unwritable.fact.contains("of user 0 is not writable for user " + NOBODY), unwritable::fact);
    }

    @Test
    @Needs({"root", "netns"})
    void shouldFindAnotherNetworkNamespace() throws Exception {
        try (TestNamespaces namespaces = TestNamespaces.open()) {
            Tools.Result result = options().inside(namespaces.near()).run("doctor", "--json");
            assertEquals(0, result.status(), result::toString);
            Found found = find(findings(result), "namespaces");
            assertEquals("warning", found.level);
            assertTrue(found.fact.contains("not that of process 1"), found::fact);
        }
    }

    @Test
    void shouldReportTheRunningAgentInsteadOfItsPorts() throws Exception {
        AgentOptions options = options().set("probe.source", "diag");
        AgentProcess agent = agents.start(options);
        Tools.Result result = options.set("snmp.listen", agent.snmp()).run("doctor", "--json");
        assertEquals(0, result.status(), result::toString);
        List<Found> found = findings(result);
        assertEquals("runs as process " + agent.pid() + ", with source diag", find(found, "agent").fact);
        assertEquals("the agent listens on " + agent.snmp(), find(found, "snmp udp").fact);
        assertTrue(find(found, "state folder").fact.endsWith("used by the running agent"));
    }
}
