package io.tcpprobe.agent.jmx;

import io.tcpprobe.kernel.flow.CounterRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;

/** What a table of flows can have as columns, as rows of tabular data. The table never changes. */
final class FlowFieldTable {
    private static final String[] ITEMS = {"rank", "name", "type", "unit", "metric", "origin", "doc"};
    private static final String[] DOCS = {
        "Place in the list, from 1: tables and JSON objects do not keep the order.",
        "Name of the value.",
        "number, text or time.",
        "Unit of the value; empty if it has none.",
        "counter, gauge, rate, or none.",
        "Where the value comes from.",
        "Meaning of the value."
    };

    /** The type of the table. */
    static final TabularType TYPE = type();

    /** All fields, computed values and texts of a flow, and the rates of its counters. */
    static final TabularData ALL = all();

    private FlowFieldTable() {}

    private static TabularType type() {
        OpenType<?>[] types = new OpenType<?>[ITEMS.length];
        Arrays.fill(types, SimpleType.STRING);
        types[0] = SimpleType.LONG;
        try {
            CompositeType row = new CompositeType("FlowValue", "A value of a flow.", ITEMS, DOCS, types);
            return new TabularType("FlowValues", "The values of a flow.", row, new String[] {ITEMS[1]});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("cannot define the type of a flow's values", wrong);
        }
    }

    private static TabularData all() {
        List<Object[]> rows = new ArrayList<>();
        FlowAttributeSpecs.BY_NAME.forEach((name, spec) -> rows.add(new Object[] {
            rows.size() + 1L,
            name,
            kind(spec.type()),
            spec.unit(),
            spec.metric().name().toLowerCase(Locale.ROOT),
            spec.origin(),
            spec.doc()
        }));
        for (CounterRate rate : CounterRate.all()) {
            String counter = rate.counter().label();
            rows.add(new Object[] {
                rows.size() + 1L,
                rate.label(),
                "number",
                rate.unit().label(),
                "rate",
                "computed from two rows",
                "Growth of " + counter + " per second over the last window. " + counter + ": "
                        + rate.counter().doc()
            });
        }
        TabularDataSupport table = new TabularDataSupport(TYPE);
        rows.forEach(row -> table.put(row(row)));
        return table;
    }

    private static String kind(OpenType<?> type) {
        return type.equals(SimpleType.STRING) ? "text" : type.equals(SimpleType.DATE) ? "time" : "number";
    }

    private static CompositeDataSupport row(Object[] values) {
        try {
            return new CompositeDataSupport(TYPE.getRowType(), ITEMS, values);
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("a value of a flow does not match its type", wrong);
        }
    }
}
