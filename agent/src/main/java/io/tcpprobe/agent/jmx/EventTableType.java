package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventItem;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/** Events as open data, with the items of {@link EventItem}. */
final class EventTableType {
    private static final CompositeType ROW = row();

    /** The type of the tables. */
    static final TabularType TYPE = table();

    private EventTableType() {}

    private static Stream<EventItem> items() {
        return Stream.of(EventItem.values());
    }

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

    private static CompositeType row() {
        try {
            return new CompositeType(
                    "Event",
                    "An event: a rule that held.",
                    names(),
                    items().map(EventItem::doc).toArray(String[]::new),
                    items().map(EventTableType::type).toArray(OpenType<?>[]::new));
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the items of an event make no type", wrong);
        }
    }

    private static String[] names() {
        return items().map(EventItem::label).toArray(String[]::new);
    }

    private static TabularType table() {
        try {
            return new TabularType("Events", "Events.", ROW, new String[] {EventItem.ID.label()});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the items of an event make no table", wrong);
        }
    }

    /** Returns one event. */
    static CompositeData of(Event event) {
        try {
            return new CompositeDataSupport(
                    ROW, names(), items().map(item -> value(item, event)).toArray());
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("an event does not fit its type", wrong);
        }
    }

    /** Returns events as a table. */
    static TabularData of(List<Event> events) {
        TabularDataSupport table = new TabularDataSupport(TYPE);
        events.forEach(event -> table.put(of(event)));
        return table;
    }
}
