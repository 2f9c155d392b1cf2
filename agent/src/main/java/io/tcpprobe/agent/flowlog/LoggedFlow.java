package io.tcpprobe.agent.flowlog;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.TcpState;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A flow of the flow log.
 *
 * @param ended when the connection ended
 * @param values by field: a Long, a String or, for an address, a byte[]; absent fields have no entry
 */
public record LoggedFlow(Instant ended, Map<FlowField, Object> values) {
    private static final Texts TEXTS = new Texts();

    /** Returns a number; null if absent, or if the field is not a number. */
    public @Nullable Long number(FlowField field) {
        return values.get(field) instanceof Long number ? number : null;
    }

    /** Returns a field as text: addresses and states by name, times in ISO 8601; empty if absent. */
    public String text(FlowField field) {
        Object value = values.get(field);
        return value == null ? "" : TEXTS.of(field).of(value);
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
            return field == FlowField.END_REASON
                    ? value -> EndReason.of((Long) value).map(EndReason::label).orElse(String.valueOf(value))
                    : number(field);
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
}
