package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The values of a flow that groups count. A live flow adds what they have increased by since they were counted last. */
final class CountedValues {
    /** The fields that are summed, in the order of {@link GroupField#sums}. */
    static final List<FlowField> FIELDS =
            GroupField.sums().stream().map(sum -> sum.summed().orElseThrow()).toList();

    /** The fields that must be kept of a snapshot. */
    static final List<FlowField> KEPT =
            Stream.concat(FIELDS.stream(), Stream.of(FlowField.STATE)).toList();

    /** The fields that count ends, by the number of the reason. */
    private static final Map<Long, GroupField> BY_REASON = Arrays.stream(EndReason.values())
            .collect(Collectors.toUnmodifiableMap(reason -> (long) reason.number(), GroupField::of));

    private static final long UNSIGNED_INT = 1L << Integer.SIZE;

    private CountedValues() {}

    /** Returns the values of a flow, by the place of their fields in {@link #FIELDS}; 0 for an absent one. */
    static long[] of(FlowValues flow) {
        long[] values = new long[FIELDS.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = flow.has(FIELDS.get(i)) ? flow.number(FIELDS.get(i)) : 0;
        }
        return values;
    }

    /** Returns by how much a counter has increased; 0 if it fell. One of 32 bits may have wrapped around. */
    static long increase(FlowField field, long before, long now) {
        if (now >= before) {
            return now - before;
        }
        boolean wrapped = field.width() == FlowField.Width.U32 && before - now > UNSIGNED_INT / 2;
        return wrapped ? now - before + UNSIGNED_INT : 0;
    }

    /** Returns true if a connection with this state, as in the field state, is not established yet. */
    static boolean isOpening(long state) {
        return state == TcpState.SYN_SENT.mib() || state == TcpState.SYN_RECEIVED.mib();
    }

    /** Returns true if a flow was not established, as far as its row shows. */
    static boolean isOpening(FlowValues flow) {
        return flow.has(FlowField.STATE) && isOpening(flow.number(FlowField.STATE))
                || reason(flow).failure();
    }

    /** Returns the field that counts the end of a flow. */
    static GroupField reason(FlowValues flow) {
        long number = flow.has(FlowField.END_REASON) ? flow.number(FlowField.END_REASON) : 0;
        return BY_REASON.getOrDefault(number, GroupField.ENDED_UNKNOWN);
    }
}
