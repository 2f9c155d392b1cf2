package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.snmp.engine.NotificationTargets;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener.Change;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.mibs.FlowNotification;
import io.tcpprobe.mibs.NotificationObject;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snmp4j.PDU;
import org.snmp4j.asn1.BER;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.VariableBinding;

class NotificationsTest {
    private static final byte[] ENGINE = "an engine".getBytes(StandardCharsets.US_ASCII);
    private static final int FLOW_ID = 4711;

    /** From 10.1.2.3 port 81 to 10.4.5.6 port 40007. */
    private static final String INSTANCE = ".1.4.10.1.2.3.81.1.4.10.4.5.6.40007";

    @ParameterizedTest
    @EnumSource
    void shouldCarryTheDeclaredObjectsInOrder(FlowNotification notification) throws Exception {
        try (DatagramSocket manager = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Notifications notifications = new Notifications(
                        NotificationTargets.open(settings(manager.getLocalPort()), new MPv3(ENGINE)), () -> 1234)) {
            manager.setSoTimeout(10_000);
            notifications.happened(Change.ENDED, row()); // no notification
            notifications.happened(
                    notification == FlowNotification.ESTABLISHED ? Change.ESTABLISHED : Change.LEFT, row());
            List<? extends VariableBinding> sent = receive(manager);
            assertEquals(new VariableBinding(SnmpConstants.sysUpTime, new TimeTicks(1234)), sent.get(0));
            assertEquals(SnmpConstants.snmpTrapOID, sent.get(1).getOid());
            assertArrayEquals(notification.oid().toArray(), ((OID) sent.get(1).getVariable()).getValue());
            List<? extends VariableBinding> objects = sent.subList(2, sent.size());
            assertEquals(notification.objects().size(), objects.size());
            for (int i = 0; i < objects.size(); i++) {
                NotificationObject object = notification.objects().get(i);
                assertTrue(
                        objects.get(i).getOid().startsWith(new OID(object.oid().toArray())), objects::toString);
            }
            assertEquals(
                    new VariableBinding(
                            new OID(NotificationObject.CONNECT_INDEX.oid() + INSTANCE), new UnsignedInteger32(FLOW_ID)),
                    objects.getFirst());
        }
    }

    static List<? extends VariableBinding> receive(DatagramSocket manager) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        manager.receive(packet);
        BERInputStream message = new BERInputStream(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
        BER.decodeHeader(message, new BER.MutableByte());
        new Integer32().decodeBER(message); // the version
        new OctetString().decodeBER(message); // the community
        PDU pdu = new PDU();
        pdu.decodeBER(message);
        assertEquals(PDU.NOTIFICATION, pdu.getType());
        return pdu.getVariableBindings();
    }

    private static FlowRows row() {
        return TestRow.rows(TestRow.flow(FLOW_ID)
                .between("10.1.2.3", "10.4.5.6")
                .with(FlowField.LOCAL_PORT, 81)
                .with(FlowField.REMOTE_PORT, 40007));
    }

    static SettingStore settings(int port) throws Exception {
        return new SettingStore(
                Map.of(Origin.COMMAND_LINE, List.of(Settings.SNMP_NOTIFY.parse("127.0.0.1:" + port))), _ -> {});
    }
}
