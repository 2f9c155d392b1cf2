package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.snmp.engine.NotificationQueue;
import io.tcpprobe.mibs.EventNotification;
import io.tcpprobe.mibs.TcpProbeMib;
import java.util.List;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

/** Sends a notification when an event is raised, and another when it is cleared. */
public final class EventNotifications implements EventListener, AutoCloseable {
    private final NotificationQueue sender;
    private final TcpProbeMib mib;

    /** @param sender sends them; owned from now on */
    public EventNotifications(NotificationQueue sender, TcpProbeMib mib) {
        this.sender = sender;
        this.mib = mib;
    }

    @Override
    public void happened(Change change, Event event) {
        EventNotification notification = switch (change) {
            case RAISED -> EventNotification.RAISED;
            case CLEARED -> EventNotification.CLEARED;
        };
        sender.offer(new OID(mib.notification(notification).toArray()), bindings(notification, event));
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
        sender.close();
    }
}
