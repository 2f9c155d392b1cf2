package io.tcpprobe.agent.flowlog;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.FlowValue;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictProjection;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A flow of the flow log.
 *
 * @param ended when the connection ended
 * @param values a Long, a String or, for an address, a byte[]; absent ones have no entry
 */
public record LoggedFlow(Instant ended, Map<FlowValue, Object> values) {
    private static final Texts TEXTS = new Texts();
    private static final VerdictTexts VERDICTS = new VerdictTexts();

    /** Returns a number; null if absent, or if the value is not a number. */
    public @Nullable Long number(FlowValue field) {
        return values.get(field) instanceof Long number ? number : null;
    }

    /** Returns a value as text: addresses, states and verdicts by name, times in ISO 8601; empty if absent. */
    public String text(FlowValue field) {
        Object value = values.get(field);
        if (value == null) {
            return "";
        }
        return switch (field) {
            case FlowField ofRow -> TEXTS.of(ofRow).of(value);
            case VerdictField computed -> VERDICTS.of(computed).of(value);
            case FlowText _ -> String.valueOf(value);
        };
    }

    /** Returns why it ended: "timedOut"; with the kernel's reason if a RST was sent, "resetSent (TCP_ABORT_ON_CLOSE)"; empty if unknown. */
    public String end() {
        String end = text(FlowField.END_REASON);
        String reset = text(FlowField.RESET_REASON);
        return end.isEmpty() || reset.isEmpty() ? end : end + " (" + reset + ")";
    }

    /** Returns the local endpoint: "10.0.0.1:80", "[::1]:80". */
    public String local() {
        return endpoint(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_PORT);
    }

    /** Returns the remote endpoint. */
    public String remote() {
        return endpoint(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_PORT);
    }

    private String endpoint(FlowField address, FlowField port) {
        Long number = number(port);
        return AddressText.of(
                values.get(address) instanceof byte[] bytes ? bytes : new byte[0], number == null ? 0 : number);
    }

    /** Formats a value. */
    @FunctionalInterface
    private interface Text {
        String of(Object value);
    }

    private static final class Texts implements FieldProjection<Text> {
        @Override
        public Text number(FlowField field) {
            return String::valueOf;
        }

        @Override
        public Text identifier(FlowField field) {
            return switch (field) {
                case END_REASON ->
                    value -> EndReason.of((Long) value).map(EndReason::label).orElse(String.valueOf(value));
                case RESET_REASON ->
                    value ->
                            ResetReason.of((Long) value).map(ResetReason::label).orElse(String.valueOf(value));
                default -> number(field);
            };
        }

        @Override
        public Text address(FlowField field) {
            return value -> AddressText.of((byte[]) value);
        }

        @Override
        public Text name(FlowField field) {
            return String::valueOf;
        }

        @Override
        public Text state(FlowField field) {
            return value -> {
                TcpState state = TcpState.ofMib(Math.toIntExact((Long) value));
                return state == null ? String.valueOf(value) : state.label();
            };
        }

        @Override
        public Text time(FlowField field) {
            return value -> Instant.ofEpochMilli((Long) value).toString();
        }
    }

    private static final class VerdictTexts implements VerdictProjection<Text> {
        @Override
        public Text number(VerdictField field) {
            return String::valueOf;
        }

        @Override
        public Text senderVerdict(VerdictField field) {
            return value -> Verdict.of((Long) value).map(Verdict::label).orElse(String.valueOf(value));
        }

        @Override
        public Text receiverVerdict(VerdictField field) {
            return senderVerdict(field);
        }

        @Override
        public Text networkCause(VerdictField field) {
            return value ->
                    NetworkCause.of((Long) value).map(NetworkCause::label).orElse(String.valueOf(value));
        }

        @Override
        public Text text(VerdictField field) {
            return String::valueOf;
        }
    }
}
