package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventItem;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/** Events as open data, with the items of {@link EventItem}. */
final class EventTableType {
    private static final OpenTable<Event> TABLE = new OpenTable<>(
            new OpenTable.Names("Event", "An event: a rule that held.", "Events", "Events.", EventItem.ID.label()),
            Arrays.stream(EventItem.values())
                    .map(item -> OpenTable.Column.<Event>of(
                            item.label(), type(item), item.doc(), event -> value(item, event)))
                    .toList());

    /** The type of the tables. */
    static final TabularType TYPE = TABLE.type();

    private EventTableType() {}

    private static SimpleType<?> type(EventItem item) {
        return switch (item.type()) {
            case NUMBER -> SimpleType.LONG;
            case TEXT -> SimpleType.STRING;
            case TIME -> SimpleType.DATE;
        };
    }

    private static @Nullable Object value(EventItem item, Event event) {
        return item.of(event) instanceof Instant time ? Date.from(time) : item.of(event);
    }

    /** Returns one event. */
    static CompositeData of(Event event) {
        return TABLE.row(1, event);
    }

    /** Returns events as a table. */
    static TabularData of(List<Event> events) {
        return TABLE.of(events);
    }
}
