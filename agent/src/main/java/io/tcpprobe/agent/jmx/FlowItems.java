package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of a flow by the names of its MBean's attributes, for formats that have no types of JMX. */
public final class FlowItems {
    private FlowItems() {}

    /** Returns all values that the flow has, in the order of their ids: numbers, and texts; a time in the format of ISO 8601. */
    public static Map<String, Object> of(Flow flow) {
        Map<String, Object> values = new LinkedHashMap<>();
        FlowAttributeSpecs.BY_NAME
                .keySet()
                .forEach(name -> find(flow, name).ifPresent(value -> values.put(name, value)));
        return values;
    }

    /** Returns one value; empty if it is absent, or if there is no attribute of this name. */
    public static Optional<Object> find(Flow flow, String name) {
        AttributeSpec<Flow> spec = FlowAttributeSpecs.BY_NAME.get(name);
        return spec == null
                ? Optional.empty()
                : Optional.ofNullable(plain(spec.value().of(flow)));
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return value instanceof Date date ? date.toInstant().toString() : value;
    }
}
