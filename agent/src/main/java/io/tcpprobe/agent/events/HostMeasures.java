package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowStatistic;
import java.util.ArrayList;
import java.util.List;

/** Measures the rules about the host from two readings. */
final class HostMeasures {
    private static final int MILLE = 1000;
    private static final double SECONDS_PER_MINUTE = 60;

    private final HostReading before;
    private final HostReading now;
    private final double seconds;
    private final EventSubject host;
    private final List<Measurement> all = new ArrayList<>();

    private HostMeasures(HostReading before, HostReading now, double seconds, EventSubject host) {
        this.before = before;
        this.now = now;
        this.seconds = seconds;
        this.host = host;
    }

    /**
     * Measures what has the basis {@link Basis#COUNTERS}.
     *
     * @param seconds the length of the window, above 0
     * @param host the name of this host
     */
    static List<Measurement> ofCounters(HostReading before, HostReading now, double seconds, String host) {
        HostMeasures measures = new HostMeasures(before, now, seconds, new EventSubject(EventRule.Subject.HOST, host));
        measures.retransmissions();
        measures.handshakes();
        if (!now.countsConnects()) {
            measures.failedAttempts();
        }
        measures.memory();
        measures.source();
        return measures.all;
    }

    /** Measures what has the basis {@link Basis#OVERFLOWS}, except single listeners. */
    static List<Measurement> ofOverflows(HostReading before, HostReading now, String host) {
        HostMeasures measures = new HostMeasures(before, now, 1, new EventSubject(EventRule.Subject.HOST, host));
        measures.listeners();
        return measures.all;
    }

    /** Measures what has the basis {@link Basis#SNAPSHOTS}; the parameters are those of {@link #ofCounters}. */
    static List<Measurement> ofSnapshots(HostReading before, HostReading now, double seconds, String host) {
        HostMeasures measures = new HostMeasures(before, now, seconds, new EventSubject(EventRule.Subject.HOST, host));
        measures.halfOpen();
        if (now.countsConnects()) {
            measures.failedConnects();
        }
        measures.maxflows();
        return measures.all;
    }

    private void add(EventRule rule, long value, long count, String evidence) {
        if (value > 0) {
            all.add(new Measurement(rule, host, value, count, () -> evidence, 0));
        }
    }

    private void retransmissions() {
        long segments = now.tcpSince(before, "OutSegs") + now.tcpSince(before, "RetransSegs");
        long retransmitted = Math.max(0, now.tcpSince(before, "RetransSegs") - now.tcpExtSince(before, "TCPDSACKRecv"));
        if (segments > 0) {
            add(
                    EventRule.RETRANSMISSION_STORM,
                    retransmitted * MILLE / segments,
                    retransmitted,
                    "RetransSegs %d of OutSegs + RetransSegs %d".formatted(retransmitted, segments));
        }
    }

    private void listeners() {
        long overflows = now.overflowsSince(before);
        add(
                EventRule.LISTENER_OVERFLOW,
                overflows,
                overflows,
                "ListenOverflows +%d, ListenDrops +%d".formatted(overflows, now.tcpExtSince(before, "ListenDrops")));
    }

    private void handshakes() {
        long cookies = now.tcpExtSince(before, "SyncookiesSent");
        long full = now.tcpExtSince(before, "TCPReqQFullDoCookies");
        long dropped = now.tcpExtSince(before, "TCPReqQFullDrop");
        long syns = Math.max(cookies, full) + dropped;
        add(
                EventRule.SYN_FLOOD,
                Math.round(syns / seconds),
                syns,
                "SyncookiesSent +%d, TCPReqQFullDoCookies +%d, TCPReqQFullDrop +%d".formatted(cookies, full, dropped));
    }

    private void halfOpen() {
        add(EventRule.HALF_OPEN, now.halfOpen(), now.halfOpen(), now.halfOpen() + " half-open connections");
    }

    private void failedAttempts() {
        long attempts = now.tcpSince(before, "AttemptFails");
        long passive = Math.min(attempts, now.tcpExtSince(before, "EmbryonicRsts"));
        add(
                EventRule.FAILED_CONNECTS,
                perMinute(attempts - passive),
                attempts - passive,
                "AttemptFails +%d, of these %d of peers (EmbryonicRsts)".formatted(attempts, passive));
    }

    private void failedConnects() {
        long refused = now.since(before, FlowStatistic.CONNECTS_REFUSED);
        long timedOut = now.since(before, FlowStatistic.CONNECTS_TIMED_OUT);
        long unreachable = now.since(before, FlowStatistic.CONNECTS_UNREACHABLE);
        long other = now.since(before, FlowStatistic.CONNECTS_OTHER);
        long failed = refused + timedOut + unreachable + other;
        add(
                EventRule.FAILED_CONNECTS,
                perMinute(failed),
                failed,
                "connectsRefused +%d, connectsTimedOut +%d, connectsUnreachable +%d, connectsOther +%d"
                        .formatted(refused, timedOut, unreachable, other));
    }

    private long perMinute(long failed) {
        return Math.round(failed * SECONDS_PER_MINUTE / seconds);
    }

    private void memory() {
        now.memoryPercent()
                .ifPresent(percent -> add(
                        EventRule.MEMORY_PRESSURE,
                        percent,
                        percent,
                        "mem is " + percent + " % of the pressure limit of tcp_mem"));
    }

    private void maxflows() {
        long skipped = now.since(before, FlowStatistic.MAXFLOW_REACHED);
        add(EventRule.MAXFLOWS_REACHED, skipped, skipped, "maxflowReached +" + skipped);
    }

    private void source() {
        long lost = now.since(before, FlowStatistic.SOURCE_LOST);
        long failures = Math.max(0, now.failures() - before.failures());
        add(
                EventRule.SOURCE_LOST,
                lost + failures,
                lost + failures,
                "sourceLost +%d, failed reads +%d".formatted(lost, failures));
    }
}
