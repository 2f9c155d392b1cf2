package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;

/** One flow in two snapshots. It is moved from flow to flow. */
final class FlowWindow {
    /** The fields that are read in the earlier snapshot. */
    static final List<FlowField> FIELDS = List.of(
            FlowField.RETRANS,
            FlowField.DSACK_DUPS,
            FlowField.DATA_SEGS_OUT,
            FlowField.BYTES_ACKED,
            FlowField.BYTES_RECEIVED,
            FlowField.UNACKED,
            FlowField.SEND_QUEUE,
            FlowField.SEND_WINDOW,
            FlowField.MSS);

    private static final int BACKED_OFF = 3;
    private static final int SILENT_BACKOFF = 2;

    private final FlowColumns before;
    private final FlowColumns now;
    private int i;
    private int j;

    FlowWindow(FlowColumns before, FlowColumns now) {
        this.before = before;
        this.now = now;
    }

    /** Selects a flow by its indexes in both snapshots. */
    void select(int beforeIndex, int nowIndex) {
        i = beforeIndex;
        j = nowIndex;
    }

    int index() {
        return j;
    }

    private long growth(FlowField counter) {
        return before.has(counter, i) && now.has(counter, j)
                ? Math.max(0, now.number(counter, j) - before.number(counter, i))
                : 0;
    }

    private boolean grown(FlowField counter) {
        return growth(counter) > 0;
    }

    private long now(FlowField field) {
        return now.has(field, j) ? now.number(field, j) : 0;
    }

    private boolean positiveInBoth(FlowField field) {
        return now(field) > 0 && before.has(field, i) && before.number(field, i) > 0;
    }

    /** Returns true if the flow sent data or has data to send. */
    boolean active() {
        return grown(FlowField.DATA_SEGS_OUT) || grown(FlowField.BYTES_ACKED) || now(FlowField.SEND_QUEUE) > 0;
    }

    long segments() {
        return growth(FlowField.DATA_SEGS_OUT);
    }

    /** Returns the retransmissions that the peer did not report as duplicates. */
    long retransmissions() {
        return Math.max(0, growth(FlowField.RETRANS) - growth(FlowField.DSACK_DUPS));
    }

    /** Returns true if the round-trip time was measured in the window. */
    boolean measuresRtt() {
        return grown(FlowField.BYTES_ACKED) && now.has(FlowField.SRTT, j) && now.has(FlowField.MIN_RTT, j);
    }

    /** Returns srtt - minRtt in microseconds. */
    long queueingMicros() {
        return Math.max(0, now(FlowField.SRTT) - now(FlowField.MIN_RTT));
    }

    /** Returns true if data wait for a window and none was acknowledged. */
    boolean stalled() {
        return positiveInBoth(FlowField.SEND_QUEUE)
                && !grown(FlowField.BYTES_ACKED)
                && closed(now, j)
                && closed(before, i);
    }

    private static boolean closed(FlowColumns flows, int index) {
        return flows.has(FlowField.SEND_WINDOW, index)
                && flows.has(FlowField.MSS, index)
                && flows.number(FlowField.SEND_WINDOW, index) < flows.number(FlowField.MSS, index);
    }

    /** Returns true if retransmission timeouts have doubled repeatedly. */
    boolean backedOff() {
        return now(FlowField.UNACKED) > 0 && now(FlowField.BACKOFF) >= BACKED_OFF && !closed(now, j);
    }

    /** Returns true if data were outstanding, so that ACKs were to be expected. */
    boolean expectsAcks() {
        return positiveInBoth(FlowField.UNACKED) || grown(FlowField.BYTES_ACKED);
    }

    /** Returns true if segments are retransmitted and nothing comes back. */
    boolean silent() {
        return positiveInBoth(FlowField.UNACKED)
                && !grown(FlowField.BYTES_ACKED)
                && !grown(FlowField.BYTES_RECEIVED)
                && now(FlowField.BACKOFF) >= SILENT_BACKOFF
                && !closed(now, j);
    }

    /** Returns true if the flow has sent at least so many bytes. */
    boolean isLarge(long bytes) {
        return now(FlowField.BYTES_SENT) >= bytes;
    }
}
