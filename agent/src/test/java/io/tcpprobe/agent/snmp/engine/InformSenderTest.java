package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.users.ReceiverUsers;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.test.Waiting;
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
    private static final byte INFORM = (byte) 0xA6;
    private static final byte RESPONSE = (byte) 0xA2;
    private static final int GEN_ERR = 5;

    private static InformSender sender(DatagramSocket receiver, String user) throws Exception {
        return InformSender.open(
                new SettingStore(
                        Map.of(
                                Origin.COMMAND_LINE,
                                List.of(
                                        Settings.SNMP_NOTIFY.parse("127.0.0.1:" + receiver.getLocalPort()),
                                        Settings.SNMP_NOTIFY_USER.parse(user))),
                        _ -> {}),
                ENGINE,
                new ReceiverUsers(List.of(), false),
                () -> 1234);
    }

    /** Receives an SNMPv2c inform and returns it as a Response with this error status; returns the last byte of the notification's id. */
    private static int answer(DatagramSocket receiver, int errorStatus) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        receiver.receive(packet);
        byte[] message = packet.getData();
        int pdu = 2 + 3; // after the sequence and the version comes the community
        pdu += 2 + message[pdu + 1];
        assertEquals(INFORM, message[pdu]);
        int error = pdu + 2;
        error += 2 + message[error + 1]; // after the request id
        message[pdu] = RESPONSE;
        message[error + 2] = (byte) errorStatus;
        receiver.send(packet);
        return message[packet.getLength() - 1];
    }

    @Test
    void shouldRepeatAnInformThatTheReceiverRefused() throws Exception {
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                InformSender sender = sender(receiver, "")) {
            receiver.setSoTimeout(10_000);
            sender.offer(new OID("1.3.6.1.4.1.1"), List.of());
            sender.offer(new OID("1.3.6.1.4.1.2"), List.of());
            assertEquals(1, answer(receiver, GEN_ERR));
            assertEquals(1, answer(receiver, 0), "the same again");
            assertEquals(2, answer(receiver, 0));
        }
    }

    @Test
    void shouldLogAtOnceThatAnEngineIsNotDiscovered() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Heard log = Heard.of(InformSender.class.getName());
                InformSender sender = sender(silent, "ops")) {
            sender.offer(new OID("1.3.6.1.4.1.1"), List.of());
            List<String> lines = Waiting.until("a warning", log::lines, all -> !all.isEmpty());
            assertTrue(lines.getFirst().contains("no answer to the discovery of its engine"), lines::toString);
        }
    }

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
                        new ReceiverUsers(List.of(), false),
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
