package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.FlowValue;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictProjection;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;

/** The values of a flow as people read them; "-" if absent. */
final class ValueText implements FieldProjection<Function<Flow, String>>, VerdictProjection<Function<Flow, String>> {
    /** The text of a value that is absent. */
    static final String ABSENT = "-";

    private static final long NO_SSTHRESH = 0x7fff_ffffL;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private static final ValueText ALL = new ValueText();

    private ValueText() {}

    /** Returns the function that formats a value. */
    static Function<Flow, String> formatter(FlowValue value) {
        return switch (value) {
            case FlowField field -> {
                Function<Flow, String> text = ALL.of(field);
                yield flow -> flow.has(field) ? text.apply(flow) : ABSENT;
            }
            case VerdictField field -> {
                Function<Flow, String> text = ALL.of(field);
                yield flow -> flow.has(field) ? text.apply(flow) : ABSENT;
            }
            case FlowText text -> flow -> flow.has(text) ? flow.text(text) : ABSENT;
        };
    }

    @Override
    public Function<Flow, String> number(FlowField field) {
        return flow -> Quantity.of(flow.number(field), field.unit());
    }

    @Override
    public Function<Flow, String> gauge(FlowField field) {
        return field == FlowField.SSTHRESH
                ? flow -> flow.number(field) == NO_SSTHRESH ? ABSENT : Long.toString(flow.number(field)) // not set yet
                : number(field);
    }

    @Override
    public Function<Flow, String> address(FlowField field) {
        return flow -> AddressText.of(flow.address(field));
    }

    @Override
    public Function<Flow, String> name(FlowField field) {
        return flow -> flow.text(field);
    }

    @Override
    public Function<Flow, String> state(FlowField field) {
        return flow -> {
            TcpState state = TcpState.ofMib((int) flow.number(field));
            return state == null ? "?" : state.label();
        };
    }

    @Override
    public Function<Flow, String> time(FlowField field) {
        return flow -> TIME.format(Instant.ofEpochMilli(flow.snapshot().wallMillis(flow.number(field))));
    }

    @Override
    public Function<Flow, String> number(VerdictField field) {
        return flow -> Quantity.of(flow.number(field), field.unit());
    }

    @Override
    public Function<Flow, String> senderVerdict(VerdictField field) {
        return text(field);
    }

    @Override
    public Function<Flow, String> receiverVerdict(VerdictField field) {
        return text(field);
    }

    @Override
    public Function<Flow, String> networkCause(VerdictField field) {
        return text(field);
    }

    @Override
    public Function<Flow, String> text(VerdictField field) {
        return flow -> flow.text(field);
    }
}
