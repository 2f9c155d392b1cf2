package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.engine.NotificationSender;
import io.tcpprobe.agent.snmp.engine.NotificationTargets;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.mibs.FlowNotification;
import io.tcpprobe.mibs.NotificationObject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.VariableBinding;

/** Sends tcpEStatsEstablishNotification and tcpEStatsCloseNotification, within the limits of {@link NotificationSender}. */
public final class Notifications implements FlowListener, AutoCloseable {
    private static final Map<Change, FlowNotification> BY_CHANGE = byChange();

    private final NotificationSender sender;

    /** @param upTime sysUpTime, in hundredths of a second */
    public Notifications(NotificationTargets targets, LongSupplier upTime) {
        sender = new NotificationSender(targets, upTime, "connections");
    }

    private static Map<Change, FlowNotification> byChange() {
        Map<Change, FlowNotification> notifications = new EnumMap<>(Change.class);
        for (Change change : Change.values()) {
            FlowNotification.of(change).ifPresent(notification -> notifications.put(change, notification));
        }
        return notifications;
    }

    @Override
    public void happened(Change change, FlowRows row) {
        FlowNotification notification = BY_CHANGE.get(change);
        if (notification == null) {
            return;
        }
        if (sender.hasRoom()) { // a full queue must not cost a copy of the row
            sender.offer(new OID(notification.oid().toArray()), bindings(notification, FlowColumns.copyOf(row)));
        } else {
            sender.countDropped();
        }
    }

    /** Returns the objects that a notification about a flow carries, in the order of their declaration. */
    static List<VariableBinding> bindings(FlowNotification notification, FlowColumns flow) {
        return notification.objects().stream()
                .map(object -> switch (object) {
                    case CONNECT_INDEX -> index(object, flow);
                })
                .toList();
    }

    /** Returns tcpEStatsConnectIndex of a flow, whose instance is indexed as in tcpConnectionTable. */
    private static VariableBinding index(NotificationObject object, FlowColumns flow) {
        OID instance = new OID(object.oid().toArray());
        append(instance, flow, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE, FlowField.LOCAL_PORT);
        append(instance, flow, FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, FlowField.REMOTE_PORT);
        return new VariableBinding(instance, new UnsignedInteger32(flow.flowId(0)));
    }

    private static void append(OID instance, FlowColumns flow, FlowField address, FlowField type, FlowField port) {
        byte[] octets = flow.address(address, type, 0);
        instance.append((int) flow.number(type, 0));
        instance.append(octets.length);
        for (byte octet : octets) {
            instance.append(Byte.toUnsignedInt(octet));
        }
        instance.append((int) flow.number(port, 0));
    }

    @Override
    public void close() {
        sender.close();
    }
}
