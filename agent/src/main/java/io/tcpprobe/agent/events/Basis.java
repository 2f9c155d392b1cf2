package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.EventRule;

/** What a measurement is computed from. Each basis has its own windows, because the counters can be read while the source cannot. */
enum Basis {
    /** The counters of the host, and the failed connects that were reported: measured at every interval. */
    COUNTERS,
    /** The host's counter of overflows, and the drops of its listeners: measured every second. */
    OVERFLOWS,
    /** Two snapshots of the source: measured at the first interval with a new one. */
    SNAPSHOTS,
    /** The overflows that the source counts for each listener: as SNAPSHOTS, and within a second if the host's counter has grown. */
    LISTENER_SNAPSHOTS;

    /** Returns true if it is computed from snapshots. */
    boolean ofSnapshots() {
        return this == SNAPSHOTS || this == LISTENER_SNAPSHOTS;
    }

    /**
     * Returns the basis of a rule and a subject.
     *
     * @param host the last reading of the host
     */
    static Basis of(Measurement.Key key, HostReading host) {
        boolean ofHost = key.subject().kind() == EventRule.Subject.HOST;
        return switch (key.rule()) {
            case SYN_FLOOD, MEMORY_PRESSURE, SOURCE_LOST -> COUNTERS;
            case LISTENER_OVERFLOW -> !ofHost && host.countsOverflows() ? LISTENER_SNAPSHOTS : OVERFLOWS;
            case RTT_INFLATION, ZERO_WINDOW_STALL, RTO_BACKOFF, BLACKHOLE, HALF_OPEN, MAXFLOWS_REACHED -> SNAPSHOTS;
            case RETRANSMISSION_STORM -> ofHost ? COUNTERS : SNAPSHOTS;
            case FAILED_CONNECTS -> ofHost && host.countsConnects() ? SNAPSHOTS : COUNTERS;
        };
    }
}
