package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.Verdict;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An item of an event, in every form that names its items: the MBean's tables and JSON. To add an item, append a constant. */
public enum EventItem {
    ID("id", Type.NUMBER, "Number of the event.", Event::id),
    RULE("rule", Type.TEXT, "The rule that held.", event -> event.rule().label()),
    SEVERITY(
            "severity",
            Type.TEXT,
            "warning or critical.",
            event -> event.rule().severity().label()),
    SUBJECT_KIND(
            "subjectKind",
            Type.TEXT,
            "The kind of what it is about.",
            event -> event.subject().kind().label()),
    SUBJECT("subject", Type.TEXT, "What it is about.", event -> event.subject().name()),
    RAISED("raised", Type.TIME, "When it was raised.", Event::raised),
    CLEARED(
            "cleared",
            Type.TIME,
            "When it was cleared; null while it is active.",
            event -> event.cleared().orElse(null)),
    VALUE("value", Type.NUMBER, "The value that raised it, in the given unit.", Event::value),
    THRESHOLD("threshold", Type.NUMBER, "The threshold at that time.", Event::threshold),
    UNIT(
            "unit",
            Type.TEXT,
            "The unit of value and threshold; empty for a number of things.",
            event -> event.rule().unit().label()),
    EVIDENCE("evidence", Type.TEXT, "The values that it rests on.", Event::evidence),
    VERDICT(
            "verdict",
            Type.TEXT,
            "What limited the flow that contributed most; null if unknown.",
            event -> event.verdict().map(Verdict::label).orElse(null)),
    ADVICE("advice", Type.TEXT, "What to do about it.", event -> event.rule().advice());

    /** The type of an item's value. */
    public enum Type {
        /** A Long. */
        NUMBER,
        /** A String. */
        TEXT,
        /** An Instant. */
        TIME
    }

    private final String label;
    private final Type type;
    private final String doc;

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Function<Event, @Nullable Object> value;

    EventItem(String label, Type type, String doc, Function<Event, @Nullable Object> value) {
        this.label = label;
        this.type = type;
        this.doc = doc;
        this.value = value;
    }

    /** Returns its name: "subjectKind". */
    public String label() {
        return label;
    }

    /** Returns the type of its values. */
    public Type type() {
        return type;
    }

    /** Returns what it is, in a few words. */
    public String doc() {
        return doc;
    }

    /** Returns its value of an event, of the class that {@link Type} names; null if the event has none. */
    public @Nullable Object of(Event event) {
        return value.apply(event);
    }
}
