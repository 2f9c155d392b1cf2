package io.tcpprobe.kernel.records;

/** Whose records they are: the same text, but three numbers mean something else. */
public enum RecordDialect {
    /** Ours, of the module 2.0 and of {@code tcpprobe records}: microseconds, and what its name says in inflight. */
    TCPPROBE,
    /** tcp_probe_plus 1.x: rttvar is half of the true value, so is its part of rto, and inflight is packets_out. */
    ORIGINAL;

    /** The rttvar that a record means. */
    long rttvar(ProbeRecord record) {
        long rttvar = record.value(RecordField.RTTVAR);
        return this == ORIGINAL ? 2 * rttvar : rttvar;
    }

    /** The rto that a record means. */
    long rto(ProbeRecord record) {
        long rto = record.value(RecordField.RTO);
        return this == ORIGINAL ? rto + 4 * record.value(RecordField.RTTVAR) : rto;
    }
}
