package io.tcpprobe.agent.jmx;

import io.tcpprobe.kernel.flow.CounterRate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;

/** What a table of flows can have as columns, as rows of tabular data. The table never changes. */
final class FlowFieldTable {
    private static final String NAME = "name";

    private static final OpenTable<Described> TABLE = new OpenTable<>(
            new OpenTable.Names("FlowValue", "A value of a flow.", "FlowValues", "The values of a flow.", NAME),
            List.of(
                    OpenTable.Column.rank("Place in the list, from 1: tables and JSON objects do not keep the order."),
                    text(NAME, "Name of the value.", Described::name),
                    text("type", "number, text or time.", Described::type),
                    text("unit", "Unit of the value; empty if it has none.", Described::unit),
                    text("metric", "counter, gauge, rate, or none.", Described::metric),
                    text("origin", "Where the value comes from.", Described::origin),
                    text("doc", "Meaning of the value.", Described::doc)));

    /** The type of the table. */
    static final TabularType TYPE = TABLE.type();

    /** All fields, computed values and texts of a flow, and the rates of its counters. */
    static final TabularData ALL = TABLE.of(Stream.concat(
                    FlowAttributeSpecs.BY_NAME.values().stream().map(FlowFieldTable::described),
                    CounterRate.all().stream().map(FlowFieldTable::described))
            .toList());

    private FlowFieldTable() {}

    private record Described(String name, String type, String unit, String metric, String origin, String doc) {}

    @FunctionalInterface
    private interface Text {
        String of(Described value);
    }

    private static OpenTable.Column<Described> text(String name, String doc, Text text) {
        return OpenTable.Column.of(name, SimpleType.STRING, doc, text::of);
    }

    private static Described described(AttributeSpec<?> spec) {
        return new Described(
                spec.name(),
                kind(spec.type()),
                spec.unit(),
                spec.metric().name().toLowerCase(Locale.ROOT),
                spec.origin(),
                spec.doc());
    }

    private static Described described(CounterRate rate) {
        return new Described(
                rate.label(), "number", rate.unit().label(), "rate", "computed from two rows", docOf(rate));
    }

    /** Returns the meaning of a rate. */
    static String docOf(CounterRate rate) {
        String counter = rate.counter().label();
        return "Growth of " + counter + " per second over the last window. " + counter + ": "
                + rate.counter().doc();
    }

    private static String kind(OpenType<?> type) {
        return type.equals(SimpleType.STRING) ? "text" : type.equals(SimpleType.DATE) ? "time" : "number";
    }
}
