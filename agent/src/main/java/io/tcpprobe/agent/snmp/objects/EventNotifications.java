package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.snmp.engine.NotificationQueue;
import io.tcpprobe.mibs.EventNotification;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.List;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

/** Logs and sends a notification when an event is raised, and another when it is cleared. */
public final class EventNotifications implements EventListener, AutoCloseable {
    private final List<NotificationQueue> queues;
    private final TcpProbeMib mib;

    /** @param queues take each notification; owned from now on */
    public EventNotifications(List<NotificationQueue> queues, TcpProbeMib mib) {
        this.queues = List.copyOf(queues);
        this.mib = mib;
    }

    @Override
    public void happened(Change change, Event event) {
        EventNotification notification = switch (change) {
            case RAISED -> EventNotification.RAISED;
            case CLEARED -> EventNotification.CLEARED;
        };
        OID id = new OID(mib.notification(notification).toArray());
        List<VariableBinding> objects = bindings(notification, event);
        queues.forEach(queue -> queue.offer(id, objects));
    }

    /** Returns the objects that a notification carries, in the order of their declaration. */
    private List<VariableBinding> bindings(EventNotification notification, Event event) {
        EventRows row = new EventRows(List.of(event));
        return notification.objects().stream()
                .map(object -> new VariableBinding(
                        new OID(mib.eventEntry()
                                .then(object.arc(), (int) event.id())
                                .toArray()),
                        EventRows.column(object).value(row, 0)))
                .toList();
    }

    @Override
    public void close() {
        queues.forEach(NotificationQueue::close);
    }
}
