package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.users.Caller;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeleteOperationsTest {
    @TempDir
    private Path state;

    private ServedParts parts;
    private JmxConnector connector;

    @BeforeEach
    void open() throws Exception {
        parts = ServedParts.of(state);
        connector = parts.jmx();
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        parts.close();
    }

    private void assertAudited(String why, String operation, Object... arguments) {
        try (Heard audit = Heard.of(Logging.AUDIT)) {
            assertThrows(
                    Exception.class,
                    () -> Caller.as(
                            "jmx user ops",
                            () -> parts.server()
                                    .invoke(
                                            ObjectNames.of("Flows"),
                                            operation,
                                            arguments,
                                            new String[arguments.length])));
            List<String> lines = audit.lines();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().contains(why), lines::toString);
            assertTrue(lines.getFirst().endsWith("; by jmx user ops"), lines::toString);
        }
    }

    @Test
    void shouldAuditAttemptsThatNameNoConnection() {
        assertAudited("there is no flow 999", "deleteFlow", 999L, true);
        assertAudited("'this one' is not a flow id", "deleteFlow", "this one", false);
        assertAudited("not an endpoint", "deleteConnection", "here", "127.0.0.1:1", false);
        assertAudited("an endpoint needs both", "deleteConnection", "127.0.0.1:1", ":2", false);
        assertAudited("needs 3 arguments", "deleteConnection", "127.0.0.1:1", "127.0.0.1:2");
    }

    @Test
    void shouldAuditAttemptsOnceThatNameNoConnectionOfThisHost() {
        assertAudited("there is no such connection", "deleteConnection", "127.0.0.1:1", "127.0.0.1:2", true);
    }
}
