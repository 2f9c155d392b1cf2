package io.tcpprobe.agent.snmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.agent.estats.FlowEvents;
import io.tcpprobe.agent.estats.FlowKnowledge;
import io.tcpprobe.agent.parts.Parts;
import io.tcpprobe.agent.sockets.Deletions;
import io.tcpprobe.agent.sockets.SocketSnapshots;
import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.config.Settings;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnmpDoorTest {
    @TempDir
    private Path state;

    private static int freePort() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void shouldFreeItsPortWhenItCannotBeOpened() throws Exception {
        int port = freePort();
        var settings = Map.of(Settings.SNMP_LISTEN, "127.0.0.1:" + port);
        try (Parts parts = new Parts(state, Path.of("/proc/net"), Map.copyOf(settings));
                FlowEvents events = new FlowEvents(parts.snapshots(), parts.settings(), System::nanoTime);
                SocketSnapshots broken = new SocketSnapshots(parts.snapshots(), parts.settings(), () -> {
                    throw new IllegalStateException("as the test wants it");
                })) {
            FlowKnowledge flows = new FlowKnowledge(parts.snapshots(), events::ended);
            EngineFile engine = EngineFile.open(state, "", new Random(1));
            var failed = assertThrows(
                    IllegalStateException.class,
                    () -> SnmpDoor.open(
                            parts.settings(),
                            parts.snapshots(),
                            flows,
                            events,
                            broken,
                            new Deletions(broken),
                            parts.counters(),
                            parts.facts(),
                            engine,
                            parts.users().all()));
            assertEquals("as the test wants it", failed.getMessage());
            new DatagramSocket(port, InetAddress.getLoopbackAddress()).close(); // throws if somebody has it
        }
    }
}
