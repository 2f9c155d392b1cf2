package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FlowListener.Change;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The notifications that the agent sends. Each is declared once here; the trap and docs/notifications.md follow from it. */
public enum FlowNotification {
    ESTABLISHED(
            Change.ESTABLISHED,
            "tcpEStatsEstablishNotification",
            1,
            List.of(NotificationObject.CONNECT_INDEX),
            "The connection has entered the established state."),
    CLOSED(
            Change.LEFT,
            "tcpEStatsCloseNotification",
            2,
            List.of(NotificationObject.CONNECT_INDEX),
            "The connection has left the established state; it may continue half closed.");

    private final Change change;
    private final String label;
    private final int arc;

    @SuppressWarnings("ImmutableEnumChecker") // immutable, made by List.of
    private final List<NotificationObject> objects;

    private final String doc;

    FlowNotification(Change change, String label, int arc, List<NotificationObject> objects, String doc) {
        this.change = change;
        this.label = label;
        this.arc = arc;
        this.objects = objects;
        this.doc = doc;
    }

    /** Returns the notification of a change, or empty if there is none. */
    public static Optional<FlowNotification> of(Change change) {
        return Arrays.stream(values())
                .filter(notification -> notification.change == change)
                .findFirst();
    }

    /** Returns the descriptor. */
    public String label() {
        return label;
    }

    /** Returns the value of snmpTrapOID.0. */
    public Oid oid() {
        return EstatsTable.ROOT.then(0, arc);
    }

    /** Returns the objects that it carries after sysUpTime.0 and snmpTrapOID.0, in this order. */
    public List<NotificationObject> objects() {
        return objects;
    }

    /** Returns the description of when it is sent. */
    public String doc() {
        return doc;
    }
}
