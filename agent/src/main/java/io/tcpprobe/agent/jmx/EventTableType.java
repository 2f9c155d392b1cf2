package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.kernel.flow.Verdict;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
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

/** Events as open data. */
final class EventTableType {
    private static final String ID = "id";

    /** An item of an event. */
    private record Item(String name, OpenType<?> type, String doc, Function<Event, @Nullable Object> value) {}

    private static final List<Item> ITEMS = List.of(
            new Item(ID, SimpleType.LONG, "Number of the event.", Event::id),
            new Item(
                    "rule",
                    SimpleType.STRING,
                    "The rule that held.",
                    event -> event.rule().label()),
            new Item(
                    "severity",
                    SimpleType.STRING,
                    "warning or critical.",
                    event -> event.rule().severity().label()),
            new Item(
                    "subjectKind",
                    SimpleType.STRING,
                    "The kind of what it is about.",
                    event -> event.subject().kind().label()),
            new Item(
                    "subject",
                    SimpleType.STRING,
                    "What it is about.",
                    event -> event.subject().name()),
            new Item("raised", SimpleType.DATE, "When it was raised.", event -> Date.from(event.raised())),
            new Item(
                    "cleared",
                    SimpleType.DATE,
                    "When it was cleared; null while it is active.",
                    EventTableType::cleared),
            new Item("value", SimpleType.LONG, "The value that raised it, in the given unit.", Event::value),
            new Item("threshold", SimpleType.LONG, "The threshold at that time.", Event::threshold),
            new Item(
                    "unit",
                    SimpleType.STRING,
                    "The unit of value and threshold; empty for a number of things.",
                    event -> event.rule().unit().label()),
            new Item("evidence", SimpleType.STRING, "The values that it rests on.", Event::evidence),
            new Item(
                    "verdict",
                    SimpleType.STRING,
                    "What limited the flow that contributed most; null if unknown.",
                    event -> event.verdict().map(Verdict::label).orElse(null)),
            new Item(
                    "advice",
                    SimpleType.STRING,
                    "What to do about it.",
                    event -> event.rule().advice()));

    private static final CompositeType ROW = row();

    /** The type of the tables. */
    static final TabularType TYPE = table();

    private EventTableType() {}

    private static @Nullable Object cleared(Event event) {
        Instant when = event.cleared().orElse(null);
        return when == null ? null : Date.from(when);
    }

    private static CompositeType row() {
        try {
            return new CompositeType(
                    "Event",
                    "An event: a rule that held.",
                    ITEMS.stream().map(Item::name).toArray(String[]::new),
                    ITEMS.stream().map(Item::doc).toArray(String[]::new),
                    ITEMS.stream().map(Item::type).toArray(OpenType<?>[]::new));
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the items of an event make no type", wrong);
        }
    }

    private static TabularType table() {
        try {
            return new TabularType("Events", "Events.", ROW, new String[] {ID});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the items of an event make no table", wrong);
        }
    }

    /** Returns one event. */
    static CompositeData of(Event event) {
        try {
            return new CompositeDataSupport(
                    ROW,
                    ITEMS.stream().map(Item::name).toArray(String[]::new),
                    ITEMS.stream().map(item -> item.value.apply(event)).toArray());
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
