package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.users.ReceiverUsers;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;

class InformSenderTest {
    private static final OctetString ENGINE = new OctetString("an engine");

    /** One inform may be on its way already when the others are offered. */
    @Test
    void shouldBoundWhatWaitsForASilentReceiver() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                InformSender sender = InformSender.open(
                        new SettingStore(
                                Map.of(
                                        Origin.COMMAND_LINE,
                                        List.of(Settings.SNMP_NOTIFY.parse("127.0.0.1:" + silent.getLocalPort()))),
                                _ -> {}),
                        ENGINE,
                        new ReceiverUsers(List.of()),
                        () -> 1234)) {
            silent.setSoTimeout(10_000);
            for (int i = 0; i < InformSender.MAX_WAITING + 100; i++) {
                sender.offer(new OID("1.3.6.1.4.1.1"), List.of());
            }
            assertTrue(sender.lost() >= 99 && sender.lost() <= 100, () -> sender.lost() + " lost");
            silent.receive(new DatagramPacket(new byte[1500], 1500));
            silent.receive(new DatagramPacket(new byte[1500], 1500)); // the same again: it was not acknowledged
        }
    }
}
