package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.DecodedFlows;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.Verdict;

/** Determines what limits a flow as receiver: the reading application, the receive buffer, or the peer. See docs/insight.md. */
final class ReceiverRules {
    private static final double MICROS_PER_SECOND = 1e6;
    private static final long STALE_NANOS = 1_200_000_000;
    private static final long MINIMUM_NANOS = 50_000_000;
    private static final double HELD = 0.5;
    private static final double USED = 0.65;
    private static final long UNSCALED_WINDOW = 65535;

    private Verdict verdict = Verdict.UNKNOWN;
    private double share;

    /** Judges the selected flow over a window. */
    void judge(Window window) {
        verdict = Verdict.UNKNOWN;
        share = 0;
        if (!window.now().has(FlowField.RECEIVE_WINDOW)
                || !window.now().has(FlowField.BYTES_RECEIVED)
                || window.silentNanos() > STALE_NANOS
                || window.sampledNanos() < MINIMUM_NANOS) {
            return;
        }
        double late = held(window.now());
        double held = window.before().isFlow() ? (held(window.before()) + late) / 2 : late;
        if (held >= HELD) {
            set(Verdict.SLOW_READER, held);
            return;
        }
        double received = window.rate(FlowField.BYTES_RECEIVED);
        if (received == 0) {
            set(Verdict.IDLE, 1 - held);
            return;
        }
        double used = received * roundTripMicros(window) / MICROS_PER_SECOND / maximumWindow(window);
        if (used >= USED) {
            set(Verdict.RCVBUF, Math.min(1, used));
        } else {
            set(Verdict.PEER, 1 - Math.max(held, used));
        }
    }

    private void set(Verdict found, double itsShare) {
        verdict = found;
        share = itsShare;
    }

    /** Returns the filled part of what window and queue together hold, 0 to 1. */
    private static double held(DecodedFlows row) {
        double queue = row.number(FlowField.RECEIVE_QUEUE);
        return queue == 0 ? 0 : queue / (queue + row.number(FlowField.RECEIVE_WINDOW));
    }

    /**
     * Returns the round-trip time of the peer's data, in microseconds. The receiver's estimate counts the time between an acknowledgment
     * and the data that answer it: if this end sends requests or answers, that includes the time in which the peer waits for them. The
     * sender's estimate of this end does not.
     */
    private static long roundTripMicros(Window window) {
        long received = window.now().number(FlowField.RECEIVE_RTT);
        boolean alsoSends =
                window.growth(FlowField.BYTES_SENT) > 0 && window.now().has(FlowField.SRTT);
        return alsoSends ? Math.min(received, window.now().number(FlowField.SRTT)) : received;
    }

    /** Returns the maximum window that can be advertised, in bytes. */
    private static long maximumWindow(Window window) {
        DecodedFlows now = window.now();
        long advertised =
                Math.max(window.before().number(FlowField.RECEIVE_WINDOW), now.number(FlowField.RECEIVE_WINDOW));
        long allowed = now.has(FlowField.RECEIVE_SSTHRESH) ? now.number(FlowField.RECEIVE_SSTHRESH) : advertised;
        long expressible = UNSCALED_WINDOW << now.number(FlowField.RECEIVE_WINDOW_SCALE);
        return Math.max(1, Math.min(expressible, Math.min(allowed, advertised)));
    }

    /** Returns the verdict. */
    Verdict verdict() {
        return verdict;
    }

    /** Returns its share, 0 to 1. */
    double share() {
        return share;
    }
}
