package io.tcpprobe.agent.jmx;

import java.util.Locale;
import java.util.TreeMap;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.openmbean.OpenType;
import org.jspecify.annotations.Nullable;

/**
 * One readable value: an attribute of an MBean, and what consoles show with it.
 *
 * @param name the attribute's name
 * @param type its type
 * @param unit its unit, or empty
 * @param origin its source, or empty
 * @param doc its meaning
 * @param metric its kind of measure
 * @param value extracts it from a reading
 * @param <R> the data that is read at one moment
 */
record AttributeSpec<R>(
        String name, OpenType<?> type, String unit, String origin, String doc, Metric metric, Value<R> value) {
    /** How a console can combine values of different times: the field {@code metricType} of a descriptor. */
    enum Metric {
        /** Only grows, until it wraps: its rate is meaningful. */
        COUNTER,
        /** Rises and falls. */
        GAUGE,
        /** Not a measure. */
        NONE
    }

    /** Extracts a value from a reading. */
    @FunctionalInterface
    interface Value<R> {
        /** Returns the value, or null if it is absent. */
        @Nullable
        Object of(R reading);
    }

    AttributeSpec(String name, OpenType<?> type, String unit, String origin, String doc, Value<R> value) {
        this(name, type, unit, origin, doc, Metric.NONE, value);
    }

    /** Returns the same attribute with this kind of measure. */
    AttributeSpec<R> metric(Metric kind) {
        return new AttributeSpec<>(name, type, unit, origin, doc, kind, value);
    }

    MBeanAttributeInfo info() {
        TreeMap<String, Object> facts = new TreeMap<>();
        facts.put(JMX.OPEN_TYPE_FIELD, type);
        if (!unit.isEmpty()) {
            facts.put("units", unit);
        }
        if (!origin.isEmpty()) {
            facts.put("origin", origin);
        }
        if (metric != Metric.NONE) {
            facts.put("metricType", metric.name().toLowerCase(Locale.ROOT));
        }
        return new MBeanAttributeInfo(
                name, type.getClassName(), doc, true, false, false, new ImmutableDescriptor(facts));
    }
}
