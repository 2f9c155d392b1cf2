package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FlowListener.Change;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Every notification that the agent sends. Declared here once; the trap and docs/notifications.md follow.
 */
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
            "The connection has left the established state; it may live on half closed.");

    private final Change change;
    private final String label;
    private final int arc;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<NotificationObject> objects;

    private final String doc;

    FlowNotification(Change change, String label, int arc, List<NotificationObject> objects, String doc) {
        this.change = change;
        this.label = label;
        this.arc = arc;
        this.objects = objects;
        this.doc = doc;
    }

    /** The notification of a change, if there is one. */
    public static Optional<FlowNotification> of(Change change) {
        return Arrays.stream(values())
                .filter(notification -> notification.change == change)
                .findFirst();
    }

    /** Its descriptor. */
    public String label() {
        return label;
    }

    /** The value of snmpTrapOID.0. */
    public Oid oid() {
        return EstatsTable.ROOT.then(0, arc);
    }

    /** What it carries after sysUpTime.0 and snmpTrapOID.0, in this order. */
    public List<NotificationObject> objects() {
        return objects;
    }

    /** When it is sent. */
    public String doc() {
        return doc;
    }
}
