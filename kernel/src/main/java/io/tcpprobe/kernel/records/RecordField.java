package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of records. The first 19 are those of tcp_probe_plus in the order in which it prints them:
 *
 * <pre>
 *     "%lu.%09lu %pI4:%u %pI4:%u %d %#llx %#x %u %u %u %u %u %u %u %u %u %u %u %u %#llx\n"
 * </pre>
 */
enum RecordField {
    /** Seconds and nanoseconds since the reader opened the file. */
    TIME(1, Form.TIME, Long.MAX_VALUE, null, null),
    LOCAL(2, Form.END, 0, null, "src"),
    REMOTE(3, Form.END, 0, null, "dest"),
    LENGTH(4, Form.DECIMAL, 0xffff, FlowField.LENGTH, "length"),
    SND_NXT(5, Form.HEX, -1, FlowField.SND_NXT, "snd_nxt"),
    SND_UNA(6, Form.HEX, Limit.U32, FlowField.SND_UNA, "snd_una"),
    CWND(7, Form.DECIMAL, Limit.U32, FlowField.CWND, "snd_cwnd"),
    SSTHRESH(8, Form.DECIMAL, Limit.U32, FlowField.SSTHRESH, "ssthresh"),
    SEND_WINDOW(9, Form.DECIMAL, Limit.U32, FlowField.SEND_WINDOW, "snd_wnd"),
    SRTT(10, Form.DECIMAL, Limit.U32, FlowField.SRTT, "srtt"),
    RTTVAR(11, Form.DECIMAL, Limit.U32, FlowField.RTTVAR, null),
    /** {@code srtt + 4 * rttvar}: the timeout without its back-off. */
    RTO(12, Form.DECIMAL, Limit.U32, FlowField.RTO, null),
    LOST(13, Form.DECIMAL, Limit.U32, FlowField.LOST, null),
    RETRANS(14, Form.DECIMAL, Limit.U32, FlowField.RETRANS, null),
    IN_FLIGHT(15, Form.DECIMAL, Limit.U32, FlowField.IN_FLIGHT, null),
    FRTO(16, Form.DECIMAL, 0xff, FlowField.FRTO, null),
    RECEIVE_QUEUE(17, Form.DECIMAL, Limit.U32, FlowField.RECEIVE_QUEUE, null),
    SEND_QUEUE(18, Form.DECIMAL, Limit.U32, FlowField.SEND_QUEUE, null),
    SOCKET_IDF(19, Form.HEX, -1, FlowField.SOCKET_IDF, null),
    /** Receive window: tcp_probe and the tracepoint only. */
    RECEIVE_WINDOW(20, Form.DECIMAL, Limit.U32, FlowField.RECEIVE_WINDOW, "rcv_wnd"),
    /** The kernel's cookie of the socket: the tracepoint of Linux 5.0 and later only. */
    COOKIE(21, Form.BARE_HEX, -1, FlowField.COOKIE, "sock_cookie");

    /** The text form of a field. */
    enum Form {
        /** {@code %lu.%09lu}. */
        TIME,
        /** {@code 10.0.0.1:80} or {@code [fe80::1]:80}. */
        END,
        DECIMAL,
        /** {@code 0x3d58a46e}. */
        HEX,
        /** {@code 3d58a46e}. */
        BARE_HEX
    }

    /** The line of tcp_probe_plus. */
    static final List<RecordField> TCP_PROBE_PLUS =
            List.copyOf(List.of(values()).subList(0, 19));

    /** The line of the first tcp_probe_plus: without queues and socket_idf. */
    static final List<RecordField> TCP_PROBE_PLUS_16 =
            List.copyOf(List.of(values()).subList(0, 16));

    /** The line of Linux's own tcp_probe. */
    static final List<RecordField> TCP_PROBE =
            List.of(TIME, LOCAL, REMOTE, LENGTH, SND_NXT, SND_UNA, CWND, SSTHRESH, SEND_WINDOW, SRTT, RECEIVE_WINDOW);

    private static final class Limit {
        static final long U32 = 0xffff_ffffL;
    }

    /** All fields; an array, because iterating over it does not allocate. */
    static final RecordField[] ALL = values();

    private final int number;
    private final Form form;
    private final long max;
    private final @Nullable FlowField flowField;
    private final @Nullable String traceKey;

    RecordField(int number, Form form, long max, @Nullable FlowField flowField, @Nullable String traceKey) {
        this.number = number;
        this.form = form;
        this.max = max;
        this.flowField = flowField;
        this.traceKey = traceKey;
    }

    /** Returns its name in the text of the tracepoint tcp:tcp_probe; null if that does not have it. */
    @Nullable
    String traceKey() {
        return traceKey;
    }

    /** Returns its position in the record of tcp_probe_plus, from 1; those above 19 are not in it. */
    int number() {
        return number;
    }

    Form form() {
        return form;
    }

    /** Returns the maximum valid value, unsigned. */
    long max() {
        return max;
    }

    /** Returns the field of the row that has its value; null for the time and the two endpoints. */
    @Nullable
    FlowField flowField() {
        return flowField;
    }

    /** Returns its name in messages: "snd_nxt". */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
