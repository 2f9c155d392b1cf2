package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.FlowField;
import org.jspecify.annotations.Nullable;

/**
 * The 19 fields of a record in their order, as tcp_probe_plus prints them:
 *
 * <pre>
 *     "%lu.%09lu %pI4:%u %pI4:%u %d %#llx %#x %u %u %u %u %u %u %u %u %u %u %u %u %#llx\n"
 * </pre>
 */
enum RecordField {
    /** Seconds and nanoseconds since the reader opened the file. */
    TIME(1, Form.TIME, Long.MAX_VALUE, null),
    LOCAL(2, Form.END, 0, null),
    REMOTE(3, Form.END, 0, null),
    LENGTH(4, Form.DECIMAL, 0xffff, FlowField.LENGTH),
    SND_NXT(5, Form.HEX, -1, FlowField.SND_NXT),
    SND_UNA(6, Form.HEX, Limit.U32, FlowField.SND_UNA),
    CWND(7, Form.DECIMAL, Limit.U32, FlowField.CWND),
    SSTHRESH(8, Form.DECIMAL, Limit.U32, FlowField.SSTHRESH),
    SEND_WINDOW(9, Form.DECIMAL, Limit.U32, FlowField.SEND_WINDOW),
    SRTT(10, Form.DECIMAL, Limit.U32, FlowField.SRTT),
    RTTVAR(11, Form.DECIMAL, Limit.U32, FlowField.RTTVAR),
    /** {@code srtt + 4 * rttvar}: the timeout without its back-off. */
    RTO(12, Form.DECIMAL, Limit.U32, FlowField.RTO),
    LOST(13, Form.DECIMAL, Limit.U32, FlowField.LOST),
    RETRANS(14, Form.DECIMAL, Limit.U32, FlowField.RETRANS),
    IN_FLIGHT(15, Form.DECIMAL, Limit.U32, FlowField.IN_FLIGHT),
    FRTO(16, Form.DECIMAL, 0xff, FlowField.FRTO),
    RECEIVE_QUEUE(17, Form.DECIMAL, Limit.U32, FlowField.RECEIVE_QUEUE),
    SEND_QUEUE(18, Form.DECIMAL, Limit.U32, FlowField.SEND_QUEUE),
    SOCKET_IDF(19, Form.HEX, -1, FlowField.SOCKET_IDF);

    /** How a field is written. */
    enum Form {
        /** {@code %lu.%09lu}. */
        TIME,
        /** {@code 10.0.0.1:80} or {@code [fe80::1]:80}. */
        END,
        DECIMAL,
        /** {@code 0x3d58a46e}. */
        HEX
    }

    private static final class Limit {
        static final long U32 = 0xffff_ffffL;
    }

    /** All of them; an array, because going through it allocates nothing. */
    static final RecordField[] ALL = values();

    private final int number;
    private final Form form;
    private final long max;
    private final @Nullable FlowField flowField;

    RecordField(int number, Form form, long max, @Nullable FlowField flowField) {
        this.number = number;
        this.form = form;
        this.max = max;
        this.flowField = flowField;
    }

    /** Its place in the record, from 1. */
    int number() {
        return number;
    }

    Form form() {
        return form;
    }

    /** The greatest right value, unsigned. */
    long max() {
        return max;
    }

    /** The field of the row that has its value; null for the time and the two ends. */
    @Nullable
    FlowField flowField() {
        return flowField;
    }

    /** For people: "field 4, length". */
    String label() {
        return "field " + number + ", " + name().toLowerCase(java.util.Locale.ROOT);
    }
}
