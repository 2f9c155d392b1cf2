package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starting and stopping: valid and invalid settings, and what remains afterwards. */
class ConfigIT {
    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    @Test
    void shouldReportAllProblemsAtOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "a file is no folder");
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(loopback, 0));
                ServerSocket tcp = new ServerSocket(0, 1, loopback)) {
            Tools.Result result = AgentOptions.bare()
                    .set("nosuchsetting", 1)
                    .set("probetime", "soon")
                    .set("maxflows", 0)
                    .set("state.dir", file.resolve("state"))
                    .set("snmp.listen", "127.0.0.1:" + udp.getLocalPort())
                    .set("http.listen", "127.0.0.1:" + tcp.getLocalPort())
                    .run("run");
            assertEquals(1, result.status(), result::toString);
            List<String> lines = result.err().lines().toList();
            for (String object : List.of(
                    "nosuchsetting",
                    "probetime",
                    "maxflows",
                    file.toString(),
                    "127.0.0.1:" + udp.getLocalPort(),
                    "127.0.0.1:" + tcp.getLocalPort())) {
                assertEquals(
                        1,
                        lines.stream().filter(line -> line.contains(object)).count(),
                        () -> "lines about " + object + ": " + result);
            }
            assertTrue(result.err().contains("0..86400000 milliseconds"), result::toString);
            assertFalse(result.err().contains("Exception"), result::toString);
        }
    }

    @Test
    void shouldRefuseUnreadableConfigurationFile() {
        Tools.Result result = AgentOptions.in(folder)
                .with("--config", folder.resolve("missing").toString())
                .run("run");
        assertEquals(1, result.status(), result::toString);
        assertTrue(result.err().matches("(?s).*/missing.* exist; .*--config.*"), result::toString);
    }

    @Test
    void shouldExplainUsageErrors() {
        Tools.Result result = AgentOptions.bare().run("run", "--nosuchoption");
        assertEquals(2, result.status(), result::toString);
        assertTrue(result.err().contains("--nosuchoption"), result::toString);
    }

    @Test
    void shouldRenameGarbageAndStartWithDefaults() throws Exception {
        Files.writeString(folder.resolve("settings"), "probetime = 77\n\u0000garbage\nprobetime = never\n");
        AgentProcess agent = agents.start(AgentOptions.in(folder));
        assertEquals(500L, new Jolokia(agent.http()).read("tcpprobe:type=Settings", "probetime"));
        List<Path> renamed = renamedSettingsFiles();
        assertEquals(1, renamed.size(), renamed::toString);
        assertTrue(Files.readString(renamed.getFirst()).contains("garbage"), "nothing is lost");
        assertTrue(agent.output().contains(renamed.getFirst().getFileName().toString()), agent::output);
    }

    private List<Path> renamedSettingsFiles() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("settings.bad-"))
                    .toList();
        }
    }

    @Test
    void shouldLetLaterOriginsWin() throws Exception {
        Path file = Files.writeString(
                folder.resolve("tcpprobe.conf"), "probetime = 301\npurgetime = 302\nmaxflows = 303\n");
        AgentProcess agent = agents.start(AgentOptions.in(folder.resolve("state"))
                .with("--config", file.toString())
                .environment("TCPPROBE_PURGETIME", "402")
                .environment("TCPPROBE_MAXFLOWS", "403")
                .set("maxflows", 503));
        Jolokia http = new Jolokia(agent.http());
        assertEquals(301L, http.read("tcpprobe:type=Settings", "probetime"), "from the file");
        assertEquals(402L, http.read("tcpprobe:type=Settings", "purgetime"), "from the environment");
        assertEquals(503L, http.read("tcpprobe:type=Settings", "maxflows"), "from the command line");
    }

    /** The environment that Kubernetes sets in a namespace with a Service named tcpprobe. */
    @Test
    void shouldStartBesideServiceLinksOfKubernetes() {
        AgentOptions options = AgentOptions.in(folder)
                .set("probe.source", "diag")
                .environment("TCPPROBE_SERVICE_HOST", "10.96.0.12")
                .environment("TCPPROBE_SERVICE_PORT", "8778")
                .environment("TCPPROBE_PORT", "tcp://10.96.0.12:8778")
                .environment("TCPPROBE_PORT_8778_TCP_ADDR", "10.96.0.12");
        AgentProcess quiet = agents.start(options);
        assertFalse(quiet.output().contains("TCPPROBE_"), quiet::output);
        quiet.stop("TERM");
        AgentProcess warned = agents.start(options.environment("TCPPROBE_PROBTIME", "1"));
        assertTrue(warned.output().contains("WARN") && warned.output().contains("TCPPROBE_PROBTIME"), warned::output);
    }

    @Test
    void shouldReportTheStateFolderAndTheRemedy() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "a file is no folder");
        Tools.Result result = AgentOptions.bare()
                .environment("STATE_DIRECTORY", file.toString())
                .run("run", "--set=snmp.listen=", "--set=http.listen=");
        assertEquals(1, result.status(), result::toString);
        assertTrue(result.err().contains(file + " ($STATE_DIRECTORY)"), result::toString);
        assertTrue(result.err().contains("--set state.dir=FOLDER"), result::toString);
    }

    @Test
    void shouldRefuseStateFolderOfAnotherAgent() {
        AgentProcess first = agents.start(AgentOptions.in(folder));
        Tools.Result second = AgentOptions.in(folder).run("run");
        assertEquals(1, second.status(), second::toString);
        assertTrue(second.err().contains(folder.toString()), second::toString);
        assertFalse(second.err().contains("Exception"), second::toString);
        assertTrue(first.alive());
    }

    @ParameterizedTest
    @CsvSource({"TERM, 0", "INT, 130"})
    void shouldStopCleanly(String signal, int status) throws Exception {
        // A shell that runs the tests in the background may have set SIGINT to be ignored.
        Tools interruptible = new Tools(List.of("env", "--default-signal=INT"));
        AgentProcess agent =
                agents.start(AgentOptions.in(folder).set("probe.source", "diag").inside(interruptible));
        int snmpPort = Integer.parseInt(agent.snmp().replaceAll(".*:", ""));
        int httpPort = agent.http().getPort();
        int ended = agent.stop(signal);
        assertEquals(status, ended, agent::output);
        assertFalse(agent.output().contains("Exception"), agent::output);
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(loopback, snmpPort));
                ServerSocket tcp = new ServerSocket(httpPort, 1, loopback)) {
            assertTrue(udp.isBound() && tcp.isBound(), "its ports are free again");
        }
    }

    @Test
    void shouldListenOnSeveralAddresses() {
        AgentProcess agent = agents.start(AgentOptions.in(folder).set("http.listen", "127.0.0.1:0,127.0.0.2:0"));
        assertTrue(agent.output().contains("http://127.0.0.1:"), agent::output);
        assertTrue(agent.output().contains("127.0.0.2:"), agent::output);
    }

    @Test
    void shouldLeaveConnectorsClosedThatHaveNoAddress() {
        AgentProcess agent =
                agents.start(AgentOptions.in(folder).set("snmp.listen", "").set("http.listen", ""));
        assertFalse(agent.output().contains("http://"), agent::output);
        assertFalse(agent.output().contains("udp"), agent::output);
    }
}
