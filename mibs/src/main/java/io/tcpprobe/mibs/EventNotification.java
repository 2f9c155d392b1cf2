package io.tcpprobe.mibs;

import java.util.Arrays;
import java.util.List;

/** The notifications about events. Each is declared once here; the MIB's text, docs/notifications.md and the trap follow from it. */
public enum EventNotification {
    RAISED(1, "tcpProbeEventRaisedNotification", "A rule has held for its minimum duration: an event was raised."),
    CLEARED(
            2,
            "tcpProbeEventClearedNotification",
            "The condition has ended: the event is no longer active. The instance identifies the notification that raised it.");

    private final int arc;
    private final String label;
    private final String doc;

    EventNotification(int arc, String label, String doc) {
        this.arc = arc;
        this.label = label;
        this.doc = doc;
    }

    /** Returns the number below .0 of the module. */
    public int arc() {
        return arc;
    }

    /** Returns the descriptor. */
    public String label() {
        return label;
    }

    /** Returns the objects that it carries after sysUpTime.0 and snmpTrapOID.0, in this order. */
    public List<EventObject> objects() {
        return Arrays.stream(EventObject.values())
                .filter(object -> this == CLEARED || object.readable())
                .toList();
    }

    /** Returns the description of when it is sent. */
    public String doc() {
        return doc;
    }
}
