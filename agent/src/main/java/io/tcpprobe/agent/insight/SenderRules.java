package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.DecodedFlows;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.NetworkCause;
import io.tcpprobe.kernel.flow.Verdict;

/**
 * Determines what limits a flow as sender. The kernel's own times decide first: busyTime, rwndLimited and sndbufLimited. What is left of
 * the busy time is split by the state of the flow in the rows at both ends of the window. See docs/insight.md.
 */
final class SenderRules {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MICROS_PER_SECOND = 1e6;

    /** A source that sweeps would have sampled a flow with unacknowledged segments in this time. */
    private static final long STALE_NANOS = 1_200_000_000;

    private static final long SILENT_NANOS = 300_000_000;
    private static final long MINIMUM_NANOS = 50_000_000;

    /** A window that suffices for full confidence: in nanoseconds, and in round-trip times. */
    private static final double LONG_NANOS = 1e9;

    private static final double LONG_RTTS = 20;

    /** Confidence in what only single rows show, without the fields that decide. */
    private static final double INFERRED = 0.7;

    private static final int CA_RECOVERY = 3;
    private static final int CA_LOSS = 4;

    /** The kernel frees a write that waits when a third of the buffer is free. */
    private static final double BUFFER_FULL = 0.66;

    private static final double AT_PACING_RATE = 0.8;
    private static final double AT_MAX_PACING_RATE = 0.85;
    private static final double AT_BBR_RATE = 0.7;
    private static final double BELOW_OWN_RATE = 0.8;

    /** The factors by which the kernel paces above cwnd / srtt: tcp_pacing_ss_ratio and tcp_pacing_ca_ratio. */
    private static final double SLOW_START_PACING = 2.0;

    private static final double AVOIDANCE_PACING = 1.2;

    /** Part of the unacknowledged bytes that is in this host if its queue is the limit; less if cwnd has room. */
    private static final double IN_HOST = 0.5;

    private static final double IN_HOST_WITH_ROOM = 0.15;

    private static final long SEGMENT_MEMORY = 1500;
    private static final double LOSSY = 0.003;
    private static final long QUEUE_MICROS = 2000;

    private final Limits limits = new Limits();
    private final Limits inferred = new Limits();
    private double spanNanos;
    private boolean byFields;
    private boolean life;

    /** Judges the selected flow over a window; {@link Verdict#UNKNOWN} has no share. */
    void judge(Window window) {
        double silent = window.silentNanos();
        DecodedFlows now = window.now();
        boolean outstanding = now.number(FlowField.UNACKED) > 0;
        limits.clear();
        spanNanos = 0;
        life = false;
        if (silent > STALE_NANOS && outstanding || !now.has(FlowField.BUSY_TIME)) {
            return;
        }
        double span = window.sampledNanos();
        double closed = 0;
        if (silent > SILENT_NANOS && !outstanding) {
            boolean nothingToSend = now.number(FlowField.NOT_SENT) == 0;
            boolean windowClosed = now.number(FlowField.SEND_WINDOW) < now.number(FlowField.MSS);
            closed = !nothingToSend && windowClosed ? silent : 0;
            span += nothingToSend || windowClosed ? silent : 0;
        }
        if (span >= MINIMUM_NANOS) {
            spanNanos = span;
            split(window, closed);
        }
    }

    /**
     * Judges the selected flow over its life. Of a flow whose beginning was not seen, only the time with data to send is known.
     *
     * @param window from a row of zeros to now
     * @param beganSeen true if the beginning of the flow was seen
     */
    void judgeLife(Window window, boolean beganSeen) {
        limits.clear();
        spanNanos = 0;
        life = true;
        if (!window.now().has(FlowField.BUSY_TIME)) {
            return;
        }
        double busy = window.growth(FlowField.BUSY_TIME) * NANOS_PER_MICRO;
        double span = beganSeen ? Math.max((double) window.sampledNanos(), busy) : busy;
        if (span >= MINIMUM_NANOS) {
            spanNanos = span;
            split(window, 0);
        }
    }

    /** Splits the span; {@code closed} nanoseconds of it are after the last row, with the peer's window closed. */
    private void split(Window window, double closed) {
        double busy = share(window, FlowField.BUSY_TIME, closed, 1);
        double rwnd = share(window, FlowField.RWND_LIMITED, closed, busy);
        double sndbuf = share(window, FlowField.SNDBUF_LIMITED, 0, busy - rwnd);
        limits.add(idle(window) ? Verdict.IDLE : Verdict.APP, 1 - busy);
        limits.add(Verdict.RWND, rwnd);
        double timeout = life || sndbuf == 0 ? 0 : timeoutShare(window);
        limits.add(Verdict.RECOVERY, sndbuf * timeout); // the buffer is full because nothing is acknowledged
        limits.add(Verdict.SNDBUF, sndbuf * (1 - timeout));
        double rest = busy - rwnd - sndbuf;
        if (rest > 0) {
            infer(window, rest);
            limits.add(inferred);
        }
        limits.rank();
    }

    private double share(Window window, FlowField time, double moreNanos, double most) {
        return Math.clamp((window.growth(time) * NANOS_PER_MICRO + moreNanos) / spanNanos, 0, Math.max(0, most));
    }

    private static boolean idle(Window window) {
        return window.growth(FlowField.BYTES_SENT) == 0
                && window.growth(FlowField.BYTES_ACKED) == 0
                && window.now().number(FlowField.SEND_QUEUE) == 0;
    }

    /** Returns the share of the rows with data to send in which the sender waits for a retransmission timeout. */
    private static double timeoutShare(Window window) {
        double share = 0;
        double each = usesEarly(window) && usesLate(window) ? 0.5 : 1;
        share += usesEarly(window) && waitsForTimeout(window.before()) ? each : 0;
        share += usesLate(window) && waitsForTimeout(window.now()) ? each : 0;
        return share;
    }

    private static boolean usesEarly(Window window) {
        return window.before().number(FlowField.SEND_QUEUE) > 0;
    }

    private static boolean usesLate(Window window) {
        return !usesEarly(window) || window.now().number(FlowField.SEND_QUEUE) > 0;
    }

    private static boolean waitsForTimeout(DecodedFlows row) {
        return row.number(FlowField.CA_STATE) == CA_LOSS
                || row.number(FlowField.BACKOFF) > 0 && row.number(FlowField.UNACKED) > 0;
    }

    /** Splits the rest of the busy time by the rows in which there are data to send. */
    private void infer(Window window, double rest) {
        inferred.clear();
        double rate = window.rate(FlowField.BYTES_SENT);
        boolean early = usesEarly(window);
        boolean late = usesLate(window);
        double each = early && late ? rest / 2 : rest;
        byFields = true;
        if (life && window.now().number(FlowField.SEND_QUEUE) == 0 && byCounts(window, rest)) {
            return;
        }
        if (early) {
            inferred.add(limit(window, window.before(), rate), each);
        }
        if (late) {
            inferred.add(limit(window, window.now(), rate), each);
        }
        if (window.growth(FlowField.TIMEOUTS) > 0) {
            inferred.raise(Verdict.RECOVERY, window.growth(FlowField.TIMEOUT_TIME) * NANOS_PER_MILLI / spanNanos);
        }
    }

    /** Splits the rest of a life by what its segments showed; a row without data to send shows nothing of it. False if unknown. */
    private boolean byCounts(Window window, double rest) {
        double network = window.growth(FlowField.CWND_LIMITS);
        double sender = window.growth(FlowField.SENDER_LIMITS);
        if (network + sender == 0) {
            return false;
        }
        inferred.add(Verdict.NET, rest * network / (network + sender));
        inferred.add(Verdict.APP, rest * sender / (network + sender));
        return true;
    }

    /** Returns what limits a flow in the state of a row. */
    private Verdict limit(Window window, DecodedFlows row, double rate) {
        long unacked = row.number(FlowField.UNACKED);
        long inFlight = row.number(FlowField.IN_FLIGHT);
        long cwnd = row.number(FlowField.CWND);
        long mss = Math.max(1, row.number(FlowField.MSS));
        long notSent = row.number(FlowField.NOT_SENT);
        long caState = row.number(FlowField.CA_STATE);
        if (waitsForTimeout(row)) {
            return Verdict.RECOVERY;
        }
        if (notSent < mss && !(inFlight >= cwnd && notSent > 0)) {
            return caState == CA_RECOVERY ? Verdict.NET : waitsForRoom(row) ? Verdict.SNDBUF : Verdict.APP;
        }
        if (caState == CA_RECOVERY) {
            return Verdict.NET;
        }
        if (row.number(FlowField.SEND_WINDOW) < (unacked + 1) * mss && inFlight < cwnd) {
            return Verdict.RWND;
        }
        return row.has(FlowField.SEND_MEMORY_ALLOCATED) ? byFields(row, rate) : byRates(window, row, rate);
    }

    private static boolean waitsForRoom(DecodedFlows row) {
        return row.has(FlowField.NO_SPACE)
                ? row.number(FlowField.NO_SPACE) != 0
                : row.number(FlowField.SEND_MEMORY) >= BUFFER_FULL * row.number(FlowField.SEND_BUFFER);
    }

    /** A source that has sendMemoryAllocated has maxPacingRate as well, if there is one. */
    private static Verdict byFields(DecodedFlows row, double rate) {
        if (row.has(FlowField.MAX_PACING_RATE) && rate >= AT_MAX_PACING_RATE * row.number(FlowField.MAX_PACING_RATE)) {
            return Verdict.PACING;
        }
        boolean room = hasRoom(row);
        double inHost = (room ? IN_HOST_WITH_ROOM : IN_HOST)
                * row.number(FlowField.UNACKED)
                * Math.max(SEGMENT_MEMORY, row.number(FlowField.MSS));
        if (row.number(FlowField.SEND_MEMORY_ALLOCATED) > inHost) {
            return Verdict.LOCAL;
        }
        boolean bufferFits = row.number(FlowField.NO_SPACE) != 0
                && row.number(FlowField.SEND_QUEUE) < row.number(FlowField.CWND) * row.number(FlowField.MSS);
        return room && bufferFits ? Verdict.SNDBUF : Verdict.NET;
    }

    private Verdict byRates(Window window, DecodedFlows row, double rate) {
        byFields = false;
        long cwnd = row.number(FlowField.CWND);
        long pacingRate = row.number(FlowField.PACING_RATE);
        boolean paced = row.has(FlowField.PACING_RATE) && pacingRate > 0;
        if (row.text(FlowField.CONGESTION_CONTROL).startsWith("bbr")) {
            return paced && rate < AT_BBR_RATE * pacingRate && hasRoom(row) ? Verdict.LOCAL : Verdict.NET;
        }
        double own = (cwnd < row.number(FlowField.SSTHRESH) / 2 ? SLOW_START_PACING : AVOIDANCE_PACING)
                * Math.max(cwnd, row.number(FlowField.UNACKED))
                * row.number(FlowField.MSS)
                * MICROS_PER_SECOND
                / Math.max(1, row.number(FlowField.SRTT));
        if (paced && pacingRate < BELOW_OWN_RATE * own && rate >= AT_PACING_RATE * pacingRate) {
            return Verdict.PACING;
        }
        return hasRoom(row) || reducedByThisHost(window) ? Verdict.LOCAL : Verdict.NET;
    }

    private static boolean hasRoom(DecodedFlows row) {
        long cwnd = row.number(FlowField.CWND);
        return row.number(FlowField.IN_FLIGHT) < cwnd - Math.max(2, cwnd / 8);
    }

    /** A full queue of this host makes the kernel reduce cwnd without a loss and without ECN. */
    private static boolean reducedByThisHost(Window window) {
        double fast = window.growth(FlowField.FAST_RETRANSMITS);
        double reduced = window.growth(FlowField.CONGESTION_SIGNALS) - fast - window.growth(FlowField.TIMEOUTS);
        return reduced > fast
                && window.growth(FlowField.DELIVERED_CE) == 0
                && (reduced > 1 || window.growth(FlowField.RETRANS) == 0);
    }

    /** Returns the verdict: the limit with the maximum share. */
    Verdict verdict() {
        return limits.largest();
    }

    /** Returns the share of a limit, 0 to 1. */
    double share(Verdict limit) {
        return limits.share(limit);
    }

    /** Returns the length of the time that was judged, in nanoseconds; 0 if the verdict is unknown. */
    double spanNanos() {
        return spanNanos;
    }

    /** Returns how certain the verdict is, 0 to 1. */
    double confidence(Window window) {
        double rtts = spanNanos / NANOS_PER_MICRO / Math.max(1, window.now().number(FlowField.SRTT));
        double length = Math.min(1, Math.min(spanNanos / LONG_NANOS, rtts / LONG_RTTS));
        return limits.lead() * length * (decidedByFields() ? 1 : INFERRED);
    }

    private boolean decidedByFields() {
        return switch (verdict()) {
            case NET, PACING, LOCAL -> byFields;
            case UNKNOWN, IDLE, APP, RWND, SNDBUF, RECOVERY, SLOW_READER, RCVBUF, PEER -> true;
        };
    }

    /** Returns how the network limits the selected flow. */
    static NetworkCause cause(Window window) {
        DecodedFlows now = window.now();
        long cwnd = now.number(FlowField.CWND);
        if (now.has(FlowField.CWND_CLAMP) && cwnd >= now.number(FlowField.CWND_CLAMP)) {
            return NetworkCause.CLAMP;
        }
        if (queued(now.number(FlowField.SRTT), now.number(FlowField.MIN_RTT))) {
            return NetworkCause.QUEUE;
        }
        double retransmitted = window.growth(FlowField.RETRANS);
        if (retransmitted > 0 && retransmitted >= LOSSY * window.growth(FlowField.DATA_SEGS_OUT)) {
            return NetworkCause.LOSS;
        }
        return cwnd < now.number(FlowField.SSTHRESH) ? NetworkCause.GROWING : NetworkCause.WINDOW;
    }

    /** Returns true if round-trip times, in microseconds, show a queue on the path. */
    static boolean queued(long srtt, long minRtt) {
        return minRtt > 0 && srtt >= 2 * minRtt + QUEUE_MICROS;
    }
}
