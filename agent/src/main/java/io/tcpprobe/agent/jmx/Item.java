package io.tcpprobe.agent.jmx;

import java.util.TreeMap;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.openmbean.OpenType;
import org.jspecify.annotations.Nullable;

/**
 * One value that can be read: an attribute of an MBean, and what consoles show beside it.
 *
 * @param name the attribute's name
 * @param type its type
 * @param unit its unit, or empty
 * @param origin where it comes from, or empty
 * @param doc what it means
 * @param value how it is got out of a reading
 * @param <R> what is read at one moment
 */
record Item<R>(String name, OpenType<?> type, String unit, String origin, String doc, Value<R> value) {
    /** A value of a reading. */
    @FunctionalInterface
    interface Value<R> {
        /** The value, or null if it is absent. */
        @Nullable
        Object of(R reading);
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
        return new MBeanAttributeInfo(
                name, type.getClassName(), doc, true, false, false, new ImmutableDescriptor(facts));
    }
}
