package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.UnixDatagramReceiver;
import io.tcpprobe.test.Waiting;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a service of systemd: notifications, watchdog, journal, exit status. */
class ServiceIT {
    @TempDir
    Path folder;

    private AgentOptions agent() {
        return AgentOptions.in(folder.resolve("state")).set("probe.source", "diag");
    }

    private static void signal(String name, AgentProcess process) {
        Tools.here().run("kill", "-" + name, Long.toString(process.pid())).expectSuccess();
    }

    @Test
    @Needs("setsid")
    void shouldNotifyOfStartReloadLifeAndStop() throws Exception {
        Path file = Files.writeString(folder.resolve("tcpprobe.conf"), "probetime = 251\n");
        String address = folder.resolve("notify").toString();
        AgentOptions options = agent().with("--config=" + file)
                .environment("NOTIFY_SOCKET", address)
                .environment("WATCHDOG_USEC", "1000000");
        List<String> line = new ArrayList<>(List.of("setsid")); // without a terminal, as a service
        line.addAll(options.line(List.of("run")));
        try (UnixDatagramReceiver receiver = UnixDatagramReceiver.open(address);
                AgentProcess agent = AgentProcess.start(options.tools(), line, options.environment())) {
            List<String> atStart = Waiting.until("READY", receiver::received, all -> all.size() >= 2);
            assertTrue(atStart.get(0).startsWith("STATUS=starting\nEXTEND_TIMEOUT_USEC="), atStart::toString);
            String ready = "READY=1\nSTATUS=source diag; snmp udp " + agent.snmp() + ", jmx pid " + agent.pid()
                    + ", http " + agent.http();
            assertEquals(ready, atStart.get(1));
            Waiting.until("the watchdog", () -> receiver.received().contains("WATCHDOG=1"));

            signal("HUP", agent);
            List<String> afterReload =
                    Waiting.until("the reload", receiver::received, all -> all.lastIndexOf(ready) > 1);
            String reloading = afterReload.stream()
                    .filter(message -> message.startsWith("RELOADING=1\n"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(reloading.matches("RELOADING=1\nSTATUS=reloading\nMONOTONIC_USEC=\\d+"), reloading);
            assertTrue(afterReload.indexOf(reloading) < afterReload.lastIndexOf(ready));

            assertEquals(0, agent.stop("TERM"), agent::output);
            assertTrue(receiver.received().contains("STOPPING=1\nSTATUS=stopping"));
        }
    }

    @Test
    @Needs({"sh", "stat"})
    void shouldGiveLinesOfTheJournalTheirPriority() {
        AgentOptions options = agent().environment("TCPPROBE_UNKNOWN", "1"); // logs a warning
        List<String> line = new ArrayList<>(List.of(
                "sh",
                "-c",
                "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) && export JOURNAL_STREAM && exec \"$@\"",
                "sh"));
        line.addAll(options.line(List.of("run")));
        try (AgentProcess agent = AgentProcess.start(options.tools(), line, options.environment())) {
            List<String> logged = Waiting.until(
                    "a line of the log",
                    () -> agent.output()
                            .lines()
                            .filter(text -> text.startsWith("err: "))
                            .toList(),
                    lines -> !lines.isEmpty());
            assertTrue(logged.getFirst().startsWith("err: <4>WARN "), logged::toString);
            logged.forEach(text -> assertTrue(text.matches("err: <[3-7]>[A-Z]+ +\\S+: .*"), text));
        }
    }

    @Test
    void shouldExitWithOneIfItCannotStart() throws Exception {
        String address = folder.resolve("notify").toString();
        try (UnixDatagramReceiver receiver = UnixDatagramReceiver.open(address);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Tools.Result refused = agent().set("http.listen", "127.0.0.1:" + taken.getLocalPort())
                    .environment("NOTIFY_SOCKET", address)
                    .run("run");
            assertEquals(1, refused.status(), refused::toString);
            String last = receiver.received().getLast();
            assertTrue(last.startsWith("STATUS=listen http tcp 127.0.0.1:" + taken.getLocalPort()), last);
            assertEquals(2, agent().run("run", "--unknown").status());
        }
    }
}
