package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictProjection;
import java.util.function.Function;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;

/** The computed values of a flow as JMX attributes: verdicts and texts as String, measures as Long. An absent value is null. */
final class VerdictAttributeSpecs implements VerdictProjection<AttributeSpec<Flow>> {
    private static final String ORIGIN = "computed from two rows";

    private static AttributeSpec<Flow> spec(VerdictField field, OpenType<?> type, Function<Flow, Object> value) {
        return new AttributeSpec<>(
                field.label(),
                type,
                field.unit().label(),
                ORIGIN,
                field.doc(),
                flow -> flow.has(field) ? value.apply(flow) : null);
    }

    @Override
    public AttributeSpec<Flow> number(VerdictField field) {
        return spec(field, SimpleType.LONG, flow -> flow.number(field)).metric(AttributeSpec.Metric.GAUGE);
    }

    @Override
    public AttributeSpec<Flow> senderVerdict(VerdictField field) {
        return text(field);
    }

    @Override
    public AttributeSpec<Flow> receiverVerdict(VerdictField field) {
        return text(field);
    }

    @Override
    public AttributeSpec<Flow> networkCause(VerdictField field) {
        return text(field);
    }

    @Override
    public AttributeSpec<Flow> text(VerdictField field) {
        return spec(field, SimpleType.STRING, flow -> flow.text(field));
    }
}
