package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.logging.SystemLog;
import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.kernel.diag.Tcb;
import io.tcpprobe.test.UnixDatagramReceiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionKillerTest {
    @TempDir
    private Path folder;

    /** The result depends on the rights of the test: with or without them, the attempt is audited. */
    @Test
    void shouldAuditEachAttemptInTheSystemLog() throws Exception {
        String address = "@tcpprobe-log-" + ProcessHandle.current().pid();
        try (ServedParts parts = ServedParts.of(folder);
                Connection connection = Connection.open();
                UnixDatagramReceiver log = UnixDatagramReceiver.open(address);
                SystemLog audit = Logging.auditToSystemLog(address)) {
            ConnectionKiller killer =
                    new ConnectionKiller(parts.served().terminator(), "terminal user ops, uid 7", audit::failure);
            Flow flow = flow(parts.snapshots().refreshNow(), connection);
            String result = killer.kill(flow);
            Optional<String> impossible = Tcb.undeletable();
            List<String> lines = log.received();
            assertEquals(1, lines.size(), lines.toString());
            String line = lines.getFirst();
            assertTrue(
                    line.matches(
                            "<85>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d tcpprobe\\[\\d+]: tcpprobe\\.audit: delete .*"),
                    line);
            assertTrue(line.contains(flow.endpoints().toString()), line);
            assertTrue(line.endsWith("; by terminal user ops, uid 7"), line);
            assertEquals(impossible.isEmpty(), line.contains(": done; by"), line);
            assertEquals(impossible.isEmpty(), result.equals("deleted " + flow.endpoints()), result);
            assertEquals(List.of(result), killer.take());
        }
    }

    @Test
    void shouldReportThatAnAttemptCouldNotBeAudited() throws Exception {
        Path missing = folder.resolve("no-log");
        try (ServedParts parts = ServedParts.of(folder);
                Connection connection = Connection.open();
                SystemLog audit = Logging.auditToSystemLog(missing.toString())) {
            ConnectionKiller killer = new ConnectionKiller(parts.served().terminator(), "ops", audit::failure);
            String result = killer.kill(flow(parts.snapshots().refreshNow(), connection));
            assertTrue(result.contains("; not audited in " + missing + ": "), result);
        }
    }

    private static Flow flow(FlowSnapshot snapshot, Connection connection) {
        return IntStream.range(0, snapshot.flows().size())
                .mapToObj(index -> new Flow(snapshot, index))
                .filter(flow -> flow.endpoints().local().equals(connection.clientEnd())
                        && flow.endpoints().remotePort() == connection.port())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldNameTheUserWhoHasLoggedIn() throws Exception {
        Object uid = Files.getAttribute(folder, "unix:uid");
        assertEquals("terminal user ops, uid " + uid, TerminalUser.describe(folder, "ops"), "no loginuid");
        Files.writeString(folder.resolve("loginuid"), "4294967295\n");
        assertEquals("terminal user ops, uid " + uid, TerminalUser.describe(folder, "ops"));
        Files.writeString(folder.resolve("loginuid"), "1001\n");
        assertEquals("terminal user ops, uid " + uid + ", login uid 1001", TerminalUser.describe(folder, "ops"));
    }
}
