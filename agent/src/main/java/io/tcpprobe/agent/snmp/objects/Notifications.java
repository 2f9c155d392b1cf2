package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.logging.BoundedLog;
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
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.PDU;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.VariableBinding;

/**
 * Sends tcpEStatsEstablishNotification and tcpEStatsCloseNotification, at most a thousand per second: a busy host has more
 * connections than a manager can process. Notifications beyond that rate that do not fit into the queue are dropped, counted and
 * logged.
 */
public final class Notifications implements FlowListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final int MAX_WAITING = 2000;
    private static final long PAUSE_MILLIS = 10;
    private static final int AT_A_TIME = 10;

    /** A notification to be sent: sysUpTime, the notification's object id, and its objects. */
    private record Event(long upTime, OID notification, List<VariableBinding> objects) {}

    private static final Map<Change, FlowNotification> BY_CHANGE = byChange();

    private final NotificationTargets targets;
    private final LongSupplier upTime;
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    /** The number of dropped notifications when it was last logged. Used by the sender thread only. */
    private long logged;

    private final Thread sender =
            Thread.ofPlatform().daemon().name("tcpprobe-notify").unstarted(this::send);

    /** @param upTime sysUpTime, in hundredths of a second */
    public Notifications(NotificationTargets targets, LongSupplier upTime) {
        this.targets = targets;
        this.upTime = upTime;
        sender.start();
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
        boolean room = waiting.remainingCapacity() > 0; // a full queue must not cost a copy of the row
        if (!room || !waiting.offer(event(notification, FlowColumns.copyOf(row)))) {
            dropped.incrementAndGet();
        }
    }

    private Event event(FlowNotification notification, FlowColumns flow) {
        return new Event(upTime.getAsLong(), new OID(notification.oid().toArray()), bindings(notification, flow));
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

    private void send() {
        try {
            while (true) {
                Event event = waiting.take();
                for (int i = 1; event != null; i++) {
                    targets.send(pdu(event));
                    event = i < AT_A_TIME ? waiting.poll() : null;
                }
                reportDropped();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private PDU pdu(Event event) {
        PDU pdu = targets.pdu();
        pdu.add(new VariableBinding(SnmpConstants.sysUpTime, new TimeTicks(event.upTime)));
        pdu.add(new VariableBinding(SnmpConstants.snmpTrapOID, event.notification));
        event.objects.forEach(pdu::add);
        return pdu;
    }

    private void reportDropped() {
        if (waiting.isEmpty()) {
            long count = dropped.get();
            if (count > logged) {
                logged = count;
                log.warn(
                        LOG,
                        "notifications were dropped",
                        "",
                        count + " notifications were dropped since the start: connections open and close faster than"
                                + " notifications are sent");
            }
        }
    }

    @Override
    public void close() {
        sender.interrupt();
        targets.close();
    }
}
