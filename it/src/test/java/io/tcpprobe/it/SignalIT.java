package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The effect of signals: SIGHUP on an agent, and signals that end a program on a terminal. */
class SignalIT {
    private static final String PROBETIME = SnmpFlows.BASE + ".1.1.7.0";
    private static final String ENTER = "\033[?1049h\033[?25l";
    private static final String LEAVE = "\033[?25h\033[?1049l";

    /** A terminal that a full screen can be drawn on, whatever runs the tests; without sequences of colours in the text. */
    private static final Map<String, String> XTERM = Map.of("TERM", "xterm", "NO_COLOR", "1");

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private static void signal(String name, ProcessHandle process) {
        Tools.here().run("kill", "-" + name, Long.toString(process.pid())).expectSuccess();
    }

    private AgentOptions agent(Path file) {
        return AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "diag")
                .with("--config=" + file);
    }

    @Test
    @Needs("setsid")
    void shouldReloadTheFileOfAnAgentWithoutATerminal() throws Exception {
        Path file = Files.writeString(folder.resolve("tcpprobe.conf"), "probetime = 251\n");
        AgentOptions options = agent(file);
        List<String> line = new ArrayList<>(List.of("setsid")); // execs: Java's child does not lead a process group
        line.addAll(options.line(List.of("run")));
        try (AgentProcess started = AgentProcess.start(options.tools(), line, options.environment())) {
            ProcessHandle process = ProcessHandle.of(started.pid()).orElseThrow();
            Snmp snmp = Snmp.v2c(Tools.here(), started, "public");
            assertEquals(251, snmp.get(PROBETIME).number());
            Files.writeString(file, "probetime = 252\nbufsize = 128\n");
            signal("HUP", process);
            Waiting.until("the new probetime", () -> snmp.get(PROBETIME).number(), value -> value == 252);
            Waiting.until("the line", started::output, all -> all.contains("after a restart: bufsize;"));
            assertTrue(started.output().contains("probetime 251 -> 252 by SIGHUP"), started::output);
            Files.writeString(file, "probetime = 253\nfull = 7\n");
            signal("HUP", process);
            Waiting.until("the refusal", started::output, all -> all.contains("nothing was changed"));
            assertEquals(252, snmp.get(PROBETIME).number());
        }
    }

    @Test
    @Needs(TerminalProcess.PROGRAM)
    void shouldStopAnAgentWhoseTerminalHangsUp() throws Exception {
        Path file = Files.writeString(folder.resolve("tcpprobe.conf"), "probetime = 251\n");
        try (var terminal = TerminalProcess.start(agent(file).line(List.of("run")), Map.of())) {
            terminal.await("ready after");
            signal("HUP", terminal.program());
            assertEquals(128 + 1, terminal.end(), terminal::output);
        }
        assertFalse(Files.exists(folder.resolve("state").resolve("running")), "it has cleaned up");
    }

    @Test
    @Needs({TerminalProcess.PROGRAM, "bash"})
    void shouldRestoreTheTerminalWhileFlowsIsStopped() throws Exception {
        AgentOptions options = AgentOptions.bare().set("probe.source", "diag");
        // Runs it as a shell with job control does: after a stop, it is continued in the foreground.
        List<String> line = new ArrayList<>(
                List.of("bash", "-c", "set -m; \"$@\"; echo \"stopped $?\"; read -r; fg; echo \"ended $?\"", "bash"));
        line.addAll(List.of("env", "--default-signal=INT,TSTP"));
        line.addAll(options.line(List.of("flows", "--watch")));
        try (var terminal = TerminalProcess.start(line, XTERM)) {
            terminal.await(ENTER).await("source diag");
            terminal.press(TerminalProcess.CTRL_Z);
            terminal.await(LEAVE).await("stopped 148");
            terminal.type("");
            terminal.await(ENTER).await("source diag");
            terminal.press(TerminalProcess.CTRL_C);
            terminal.await(LEAVE).await("ended 130");
            terminal.end();
        }
    }

    /** Without a shell that could continue it, the kernel does not stop the process. */
    @Test
    @Needs(TerminalProcess.PROGRAM)
    void shouldNotStopWhenNoProcessCanContinueFlows() throws Exception {
        AgentOptions options = AgentOptions.bare().set("probe.source", "diag");
        List<String> line = new ArrayList<>(List.of("env", "--default-signal=INT,TSTP"));
        line.addAll(options.line(List.of("flows", "--watch")));
        try (var terminal = TerminalProcess.start(line, XTERM)) {
            terminal.await(ENTER).await("source diag");
            terminal.press(TerminalProcess.CTRL_Z);
            terminal.await(LEAVE).await(ENTER).await("source diag");
            terminal.press(TerminalProcess.CTRL_C);
            assertEquals(130, terminal.end(), terminal::output);
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    @Needs(TerminalProcess.PROGRAM)
    void shouldRestoreTheTerminalWhenFlowsIsKilled(String signal, int status) throws Exception {
        AgentOptions options = AgentOptions.bare().set("probe.source", "diag");
        // A shell's background job ignores SIGINT, and so would all processes that it starts.
        List<String> line = new ArrayList<>(List.of("env", "--default-signal=INT"));
        line.addAll(options.line(List.of("flows", "--watch")));
        try (var terminal = TerminalProcess.start(line, XTERM)) {
            terminal.await(ENTER).await("source diag");
            signal(signal, terminal.program());
            assertEquals(status, terminal.end(), terminal::output);
            assertTrue(terminal.output().endsWith(LEAVE), terminal::output);
        }
    }
}
