package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.VerdictField;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;

/**
 * The fields of a flow as JMX attributes: numbers as Long, so that consoles can chart them; 64-bit identifiers, whose top bit may
 * be set, as BigInteger; addresses, names and the state as text; times as dates. Computed values and texts follow the fields. An absent
 * value is null.
 */
final class FlowAttributeSpecs implements FieldProjection<AttributeSpec<Flow>> {
    /** All fields, computed values and texts by name, in the order of their ids. */
    static final Map<String, AttributeSpec<Flow>> BY_NAME = all();

    /** When each of them can be read without waiting: asked for every attribute of every registered flow at each scan. */
    private static final Map<String, Predicate<Flow>> READY = conditions();

    private FlowAttributeSpecs() {}

    /** Returns true if the attribute of this name, one of {@link #BY_NAME}, can be read without waiting. */
    static boolean ready(String name, Flow flow) {
        return Objects.requireNonNull(READY.get(name), name).test(flow);
    }

    private static Map<String, Predicate<Flow>> conditions() {
        Map<String, Predicate<Flow>> conditions = new HashMap<>();
        for (FlowField field : FlowField.values()) {
            conditions.put(field.label(), flow -> flow.snapshot().flows().ready(field));
        }
        for (VerdictField field : VerdictField.all()) {
            conditions.put(field.label(), flow -> flow.snapshot().computed(field));
        }
        for (FlowText text : FlowText.all()) {
            conditions.put(
                    text.label(),
                    flow -> text.needs().stream().allMatch(flow.snapshot().flows()::ready));
        }
        return conditions;
    }

    private static Map<String, AttributeSpec<Flow>> all() {
        FlowAttributeSpecs projection = new FlowAttributeSpecs();
        Map<String, AttributeSpec<Flow>> specs = new LinkedHashMap<>();
        for (FlowField field : FlowField.values()) {
            specs.put(field.label(), projection.of(field));
        }
        VerdictAttributeSpecs verdicts = new VerdictAttributeSpecs();
        for (VerdictField field : VerdictField.all()) {
            specs.put(field.label(), verdicts.of(field));
        }
        for (FlowText text : FlowText.all()) {
            specs.put(text.label(), spec(text));
        }
        return specs;
    }

    private static AttributeSpec<Flow> spec(FlowText text) {
        String origin = text.needs().stream().map(FlowField::label).collect(Collectors.joining(", "));
        return new AttributeSpec<>(
                text.label(),
                SimpleType.STRING,
                "",
                origin,
                text.doc(),
                flow -> flow.has(text) ? flow.text(text) : null);
    }

    private static AttributeSpec<Flow> spec(
            FlowField field, OpenType<?> type, String unit, Function<Flow, Object> value) {
        return new AttributeSpec<>(
                field.label(),
                type,
                unit,
                field.origin(),
                field.doc(),
                flow -> flow.has(field) ? value.apply(flow) : null);
    }

    private static AttributeSpec<Flow> spec(FlowField field, OpenType<?> type, Function<Flow, Object> value) {
        return spec(field, type, field.unit().label(), value);
    }

    @Override
    public AttributeSpec<Flow> number(FlowField field) {
        return spec(field, SimpleType.LONG, flow -> flow.number(field));
    }

    @Override
    public AttributeSpec<Flow> counter(FlowField field) {
        return number(field).metric(AttributeSpec.Metric.COUNTER);
    }

    @Override
    public AttributeSpec<Flow> gauge(FlowField field) {
        return number(field).metric(AttributeSpec.Metric.GAUGE);
    }

    @Override
    public AttributeSpec<Flow> identifier(FlowField field) {
        return field.width() == FlowField.Width.U64
                ? spec(field, SimpleType.BIGINTEGER, flow -> new BigInteger(Long.toUnsignedString(flow.number(field))))
                : number(field);
    }

    @Override
    public AttributeSpec<Flow> address(FlowField field) {
        return spec(field, SimpleType.STRING, flow -> AddressText.of(flow.address(field)));
    }

    @Override
    public AttributeSpec<Flow> name(FlowField field) {
        return spec(field, SimpleType.STRING, flow -> flow.text(field));
    }

    @Override
    public AttributeSpec<Flow> state(FlowField field) {
        return spec(field, SimpleType.STRING, flow -> {
            TcpState state = TcpState.ofMib((int) flow.number(field));
            return state == null ? Long.toString(flow.number(field)) : state.label();
        });
    }

    @Override
    public AttributeSpec<Flow> time(FlowField field) {
        return spec(
                field,
                SimpleType.DATE,
                "",
                flow -> Date.from(Instant.ofEpochMilli(flow.snapshot().wallMillis(flow.number(field)))));
    }
}
