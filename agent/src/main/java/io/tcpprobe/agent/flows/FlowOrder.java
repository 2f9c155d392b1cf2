package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An order of flows: by a number, unsigned; by a text; or by an endpoint, IPv4 before IPv6, the address before the port. Flows with equal keys
 * are in the order of their ids, flows without a key come last.
 */
public final class FlowOrder {
    /** The name of the order by flow ids. */
    public static final String FLOW_ID = "flowId";

    private final Function<FlowSnapshot, Keys> keys;

    /** The keys of the flows of one snapshot. */
    @FunctionalInterface
    interface Keys {
        /** Returns the key of a flow; null if it has none. */
        @Nullable
        Key of(Flow flow);

        /** Returns true if a flow comes after the flow with this key, or has an equal key. Overridden where no object is needed for it. */
        default boolean isAfter(Flow flow, @Nullable Key last, boolean descending) {
            return compare(of(flow), last, descending) >= 0;
        }
    }

    /** The keys of a measure; a comparison makes no object. */
    private record MeasureKeys(FlowMeasure.Values values) implements Keys {
        @Override
        public @Nullable Key of(Flow flow) {
            return values.has(flow.index()) ? new Key.Whole(values.order(flow.index())) : null;
        }

        @Override
        public boolean isAfter(Flow flow, @Nullable Key last, boolean descending) {
            if (!values.has(flow.index())) {
                return true;
            }
            if (!(last instanceof Key.Whole whole)) {
                return false;
            }
            int byValue = Long.compareUnsigned(values.order(flow.index()), whole.value);
            return descending ? byValue <= 0 : byValue >= 0;
        }
    }

    /** Compares two keys. No key comes last, whatever the direction. */
    static int compare(@Nullable Key one, @Nullable Key other, boolean descending) {
        if (one == null || other == null) {
            return Boolean.compare(one == null, other == null);
        }
        return descending ? other.compareTo(one) : one.compareTo(other);
    }

    /** What flows are compared by. All keys of an order are of one kind. */
    sealed interface Key extends Comparable<Key> {
        /** A number, unsigned. */
        record Whole(long value) implements Key {}

        /** A text. */
        record Text(String value) implements Key {}

        /** An address in the form of RFC 4001, and a port. */
        record Endpoint(byte[] address, int port) implements Key {}

        @Override
        default int compareTo(Key other) {
            return switch (this) {
                case Whole one -> Long.compareUnsigned(one.value, ((Whole) other).value);
                case Text one -> one.value.compareTo(((Text) other).value);
                case Endpoint one -> compare(one, (Endpoint) other);
            };
        }

        private static int compare(Endpoint one, Endpoint other) {
            int byLength = Integer.compare(one.address.length, other.address.length);
            int byAddress = byLength != 0 ? byLength : Arrays.compareUnsigned(one.address, other.address);
            return byAddress != 0 ? byAddress : Integer.compare(one.port, other.port);
        }
    }

    private FlowOrder(Function<FlowSnapshot, Keys> keys) {
        this.keys = keys;
    }

    /** Returns the order by flow ids, the age of the flows. */
    public static FlowOrder byId() {
        return new FlowOrder(_ -> flow -> new Key.Whole(flow.id()));
    }

    /** Returns the order by what has this name: flowId, a field, a computed value, a text, or the rate of a counter. */
    public static Optional<FlowOrder> find(String label) {
        if (label.equals(FLOW_ID)) {
            return Optional.of(byId());
        }
        return FlowMeasure.find(label)
                .map(FlowOrder::byMeasure)
                .or(() -> FlowField.find(label).map(field -> by(new FieldKeys().of(field))))
                .or(() -> VerdictField.find(label).map(FlowOrder::byName))
                .or(() -> FlowText.find(label).map(FlowOrder::byText));
    }

    private static FlowOrder by(Keys keys) {
        return new FlowOrder(_ -> keys);
    }

    private static FlowOrder byMeasure(FlowMeasure measure) {
        return new FlowOrder(snapshot -> new MeasureKeys(measure.in(snapshot)));
    }

    private static FlowOrder byName(VerdictField field) {
        return by(flow -> flow.has(field) ? new Key.Text(flow.text(field)) : null);
    }

    private static FlowOrder byText(FlowText text) {
        return switch (text) {
            case LOCAL -> by(flow -> endpoint(flow, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_PORT));
            case REMOTE -> by(flow -> endpoint(flow, FlowField.REMOTE_ADDRESS, FlowField.REMOTE_PORT));
            case PROCESS -> by(flow -> flow.has(text) ? new Key.Text(command(flow)) : null);
            case CONTAINER, POD -> by(flow -> flow.has(text) ? new Key.Text(flow.text(text)) : null);
        };
    }

    /** Returns the name of a flow's process, and then its id, so that processes of one name are together. */
    private static String command(Flow flow) {
        return flow.text(FlowField.COMMAND) + '/' + flow.number(FlowField.PID);
    }

    private static @Nullable Key endpoint(Flow flow, FlowField address, FlowField port) {
        return flow.has(address) && flow.has(port)
                ? new Key.Endpoint(flow.address(address), (int) flow.number(port))
                : null;
    }

    /** The keys of a field that is not a measure. */
    private static final class FieldKeys implements FieldProjection<Keys> {
        @Override
        public Keys number(FlowField field) {
            return flow -> flow.has(field) ? new Key.Whole(flow.number(field)) : null;
        }

        @Override
        public Keys address(FlowField field) {
            return flow -> flow.has(field) ? new Key.Endpoint(flow.address(field), 0) : null;
        }

        @Override
        public Keys name(FlowField field) {
            return flow -> flow.has(field) ? new Key.Text(flow.text(field)) : null;
        }

        @Override
        public Keys state(FlowField field) {
            return number(field);
        }

        @Override
        public Keys time(FlowField field) {
            return number(field);
        }
    }

    /** Returns the keys of the flows of a snapshot. */
    Keys in(FlowSnapshot snapshot) {
        return keys.apply(snapshot);
    }
}
