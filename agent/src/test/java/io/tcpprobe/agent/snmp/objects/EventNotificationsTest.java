package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.events.EventListener.Change;
import io.tcpprobe.agent.snmp.engine.NotificationSender;
import io.tcpprobe.agent.snmp.engine.NotificationTargets;
import io.tcpprobe.config.Settings;
import io.tcpprobe.mibs.EventNotification;
import io.tcpprobe.mibs.EventObject;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snmp4j.mp.MPv3;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

class EventNotificationsTest {
    private static final TcpProbeMib MIB = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));
    private static final byte[] ENGINE = "an engine".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @EnumSource
    void shouldCarryTheDeclaredObjectsInOrder(EventNotification notification) throws Exception {
        try (DatagramSocket manager = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                EventNotifications sink = new EventNotifications(
                        List.of(new NotificationSender(
                                NotificationTargets.open(
                                        NotificationsTest.settings(manager.getLocalPort()), new MPv3(ENGINE)),
                                () -> 1234,
                                "events")),
                        MIB)) {
            manager.setSoTimeout(10_000);
            sink.happened(
                    notification == EventNotification.RAISED ? Change.RAISED : Change.CLEARED, EventTableTest.EVENT);
            List<? extends VariableBinding> sent = NotificationsTest.receive(manager);
            assertArrayEquals(
                    MIB.notification(notification).toArray(), ((OID) sent.get(1).getVariable()).getValue());
            List<EventObject> objects = notification.objects();
            assertEquals(objects.size(), sent.size() - 2);
            for (int i = 0; i < objects.size(); i++) {
                assertEquals(
                        new OID(MIB.eventEntry()
                                .then(objects.get(i).arc(), 4711)
                                .toArray()),
                        sent.get(i + 2).getOid());
            }
            assertEquals(
                    "10.4.5.0/24",
                    sent.get(2 + objects.indexOf(EventObject.SUBJECT))
                            .getVariable()
                            .toString());
        }
    }
}
