package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snmp4j.mp.MPv3;

class NotificationTargetsTest {
    private static final byte[] ENGINE = "an engine".getBytes(StandardCharsets.US_ASCII);

    /** Nothing can be sent to port 0. */
    private static final String UNREACHABLE = "127.0.0.1:0";

    @Test
    void shouldReportAnUnreachableTargetOnce() throws Exception {
        try (DatagramSocket manager = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Heard log = Heard.of(NotificationTargets.class.getName());
                NotificationTargets targets = NotificationTargets.open(
                        settings(UNREACHABLE + ",127.0.0.1:" + manager.getLocalPort()), new MPv3(ENGINE))) {
            for (int i = 0; i < 3; i++) {
                targets.send(targets.pdu());
            }
            List<String> said = log.lines();
            assertEquals(1, said.size(), said::toString);
            assertTrue(said.getFirst().startsWith("WARN notify 127.0.0.1/0: "), said::toString);
            manager.setSoTimeout(10_000);
            for (int i = 0; i < 3; i++) {
                manager.receive(new DatagramPacket(new byte[1500], 1500)); // the other gets them all
            }
        }
    }

    private static SettingStore settings(String targets) throws Exception {
        return new SettingStore(Map.of(Origin.COMMAND_LINE, List.of(Settings.SNMP_NOTIFY.parse(targets))), _ -> {});
    }
}
