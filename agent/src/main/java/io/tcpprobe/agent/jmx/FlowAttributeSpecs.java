package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.TcpState;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a flow as JMX gives them: numbers as Long, so that consoles chart them; 64-bit identifiers, which may have
 * the first bit set, as BigInteger; addresses, names and the state as text; times as dates. An absent field is null.
 */
final class FlowAttributeSpecs {
    /** All fields by name, in the order of their ids. */
    static final Map<String, AttributeSpec<Flow>> BY_NAME = all();

    private FlowAttributeSpecs() {}

    /** Returns true if a field of a flow can be read without waiting. */
    static boolean ready(String name, Flow flow) {
        return FlowField.find(name).map(flow.snapshot().flows()::ready).orElse(true);
    }

    private static Map<String, AttributeSpec<Flow>> all() {
        Map<String, AttributeSpec<Flow>> items = new LinkedHashMap<>();
        for (FlowField field : FlowField.values()) {
            boolean date = field.kind() == FlowField.Kind.TIME;
            items.put(
                    field.label(),
                    new AttributeSpec<>(
                            field.label(),
                            type(field),
                            date ? "" : field.unit().label(),
                            field.origin(),
                            field.doc(),
                            metric(field),
                            flow -> value(flow, field)));
        }
        return items;
    }

    private static AttributeSpec.Metric metric(FlowField field) {
        return switch (field.kind()) {
            case COUNTER -> AttributeSpec.Metric.COUNTER;
            case GAUGE -> AttributeSpec.Metric.GAUGE;
            case ADDRESS, ADDRESS_TYPE, BITS, FLAG, IDENTIFIER, NAME, PORT, STATE, TIME -> AttributeSpec.Metric.NONE;
        };
    }

    private static OpenType<?> type(FlowField field) {
        return switch (field.kind()) {
            case ADDRESS, NAME, STATE -> SimpleType.STRING;
            case TIME -> SimpleType.DATE;
            case IDENTIFIER -> field.width() == FlowField.Width.U64 ? SimpleType.BIGINTEGER : SimpleType.LONG;
            case ADDRESS_TYPE, BITS, COUNTER, FLAG, GAUGE, PORT -> SimpleType.LONG;
        };
    }

    private static @Nullable Object value(Flow flow, FlowField field) {
        if (!flow.has(field)) {
            return null;
        }
        return switch (field.kind()) {
            case ADDRESS -> AddressText.of(flow.address(field));
            case NAME -> flow.text(field);
            case STATE -> state(flow.number(field));
            case TIME -> Date.from(Instant.ofEpochMilli(flow.snapshot().wallMillis(flow.number(field))));
            case IDENTIFIER ->
                field.width() == FlowField.Width.U64
                        ? new BigInteger(Long.toUnsignedString(flow.number(field)))
                        : (Object) flow.number(field);
            case ADDRESS_TYPE, BITS, COUNTER, FLAG, GAUGE, PORT -> flow.number(field);
        };
    }

    private static String state(long mib) {
        for (TcpState state : TcpState.values()) {
            if (state.mib() == mib) {
                return state.label();
            }
        }
        return Long.toString(mib);
    }
}
