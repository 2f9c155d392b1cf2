package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.users.Caller;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.replay.ReplaySource;
import io.tcpprobe.test.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.management.MBeanOperationInfo;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayBeanTest {
    private static final ObjectName NAME = ObjectNames.of("Replay");
    private static final String REST =
            " 10.0.0.1:1 10.0.0.2:80 32 0x65 0x64 10 2147483647 65536 0 0 0 0 0 3 0 0 1 0x64\n";

    private ServedParts parts;
    private JmxConnector connector;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("records");
        Files.writeString(file, "1.0" + REST + "31.5" + REST);
        parts = new ServedParts(
                folder,
                Path.of("/proc/net"),
                Map.of(Settings.REPLAY_FILE, file.toString(), Settings.REPLAY_SPEED, "0.001"),
                ReplaySource::open);
        connector = parts.jmx();
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        parts.close();
    }

    private Object get(String attribute) throws Exception {
        return parts.server().getAttribute(NAME, attribute);
    }

    private void invoke(String operation, Object... arguments) throws Exception {
        parts.server().invoke(NAME, operation, arguments, new String[arguments.length]);
    }

    @Test
    void shouldControlTheRecording() throws Exception {
        assertEquals(true, get("Playing"));
        assertEquals(0.001, get("Speed"));
        Waiting.until("the length", () -> Double.valueOf(30.5).equals(get("Length")));
        invoke("pause");
        assertEquals(false, get("Playing"));
        invoke("speed", 2.5);
        assertEquals(2.5, get("Speed"));
        invoke("seek", 12);
        Waiting.until("the seek", () -> get("Seeking").equals(false));
        assertEquals(12.0, get("Position"));
        assertEquals(1L, get("Seeks"));
        invoke("play");
        assertEquals(true, get("Playing"));
    }

    @Test
    void shouldAuditWhoControlsIt() {
        try (Heard audit = Heard.of(Logging.AUDIT)) {
            Caller.as("http user ops", () -> {
                try {
                    invoke("seek", 3.5);
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
                return true;
            });
            assertEquals("INFO replay: seek 3.5 by http user ops", audit.lines().getFirst());
        }
    }

    @Test
    void shouldAuditACallWithoutAnArray() throws Exception {
        try (Heard audit = Heard.of(Logging.AUDIT)) {
            parts.server().invoke(NAME, "pause", null, null);
            assertTrue(audit.lines().getFirst().startsWith("INFO replay: pause by "), audit.lines()::toString);
        }
        assertEquals(false, get("Playing"));
        assertThrows(RuntimeMBeanException.class, () -> invoke("play", 7));
        assertEquals(false, get("Playing"));
    }

    @Test
    void shouldHaveOperationsForWritersOnly() throws Exception {
        MBeanOperationInfo[] operations = parts.server().getMBeanInfo(NAME).getOperations();
        assertEquals(4, operations.length);
        assertTrue(Arrays.stream(operations).allMatch(one -> one.getImpact() == MBeanOperationInfo.ACTION));
    }

    @Test
    void shouldRefuseWhatIsNotAPosition() {
        for (Object wrong : new Object[] {"soon", Double.NaN, -1}) {
            assertThrows(RuntimeMBeanException.class, () -> invoke("seek", wrong), "" + wrong);
        }
        assertThrows(RuntimeMBeanException.class, () -> invoke("seek"));
        assertThrows(RuntimeMBeanException.class, () -> invoke("speed", 0));
    }

    @Test
    void shouldBeThereForARecordingOnly(@TempDir Path folder) throws Exception {
        connector.close();
        try (ServedParts live = ServedParts.of(folder);
                JmxConnector beans = live.jmx()) {
            assertFalse(live.server().isRegistered(NAME), beans::toString);
        }
        connector = parts.jmx();
    }
}
