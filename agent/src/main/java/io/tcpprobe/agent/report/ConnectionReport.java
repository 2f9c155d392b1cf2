package io.tcpprobe.agent.report;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.replay.RecordedSample;

/** What a recording shows of one connection. */
public final class ConnectionReport {
    /** Where the round-trip times come from. */
    enum RttBasis {
        /** Of each measurement that the samples show: rttLast, counted once by rttSamples. */
        RTT_LAST("rttLast"),
        /** Of the smoothed round-trip time of each sample. */
        SRTT("srtt"),
        NONE("");

        private final String label;

        RttBasis(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private final long number;
    private final String local;
    private final String remote;
    private final long firstNanos;
    private final Growth acked = new Growth(FlowField.BYTES_ACKED);
    private final Growth unacknowledged = new Growth(FlowField.SND_UNA);
    private final Growth received = new Growth(FlowField.BYTES_RECEIVED);
    private final Growth retrans = new Growth(FlowField.RETRANS);
    private final Growth sent = new Growth(FlowField.DATA_SEGS_OUT);
    private final Growth timeouts = new Growth(FlowField.TIMEOUTS);
    private final Growth measured = new Growth(FlowField.RTT_SAMPLES);
    private final Distribution rttLast = new Distribution();
    private final Distribution srtt = new Distribution();
    private final Distribution cwnd = new Distribution();
    private final VerdictTimes verdicts = new VerdictTimes();
    private final VerdictTimes receiverVerdicts = new VerdictTimes();
    private Verdict lifeVerdict = Verdict.UNKNOWN;
    private String process = "";
    private String control = "";
    private String end = "";
    private long lastNanos;
    private long judgedNanos;
    private long samples;
    private long lostNow;
    private long lost;

    ConnectionReport(RecordedSample first) {
        number = first.connection();
        local = first.local();
        remote = first.remote();
        firstNanos = first.timeNanos();
        judgedNanos = firstNanos;
        lostNow = first.number(FlowField.LOST);
    }

    void add(RecordedSample sample) {
        samples++;
        lastNanos = sample.timeNanos();
        acked.add(sample);
        unacknowledged.add(sample);
        received.add(sample);
        retrans.add(sample);
        sent.add(sample);
        timeouts.add(sample);
        addRoundTrip(sample);
        addLost(sample);
        if (sample.has(FlowField.CWND)) {
            cwnd.add(sample.number(FlowField.CWND));
        }
        if (sample.has(FlowField.CONGESTION_CONTROL)) {
            control = sample.text(FlowField.CONGESTION_CONTROL);
        }
        if (sample.has(FlowField.COMMAND)) {
            process = sample.text(FlowField.COMMAND);
        }
        if (sample.last()) {
            end = EndReason.of(sample.number(FlowField.END_REASON))
                    .map(EndReason::label)
                    .orElse("ended");
        }
    }

    private void addRoundTrip(RecordedSample sample) {
        boolean first = !measured.known();
        if (sample.has(FlowField.RTT_LAST)
                && (measured.add(sample) > 0 || first && sample.number(FlowField.RTT_SAMPLES) > 0)) {
            rttLast.add(sample.number(FlowField.RTT_LAST));
        }
        if (sample.has(FlowField.SRTT)) {
            srtt.add(sample.number(FlowField.SRTT));
        }
    }

    /** Adds the rise of the number of segments that are presumed lost. */
    private void addLost(RecordedSample sample) {
        long now = sample.number(FlowField.LOST);
        lost += Math.max(0, now - lostNow);
        lostNow = now;
    }

    /** Adds the verdicts about the time until a sample; nothing if they were added before. */
    void addVerdicts(long toNanos, Verdict sender, Verdict receiver) {
        verdicts.add(judgedNanos, toNanos, sender);
        receiverVerdicts.add(judgedNanos, toNanos, receiver);
        judgedNanos = Math.max(judgedNanos, toNanos);
    }

    void setLifeVerdict(Verdict verdict) {
        lifeVerdict = verdict;
    }

    /** Returns its number: 1 for the first connection of the recording. */
    public long number() {
        return number;
    }

    /** Returns the local endpoint. */
    public String local() {
        return local;
    }

    /** Returns the remote endpoint. */
    public String remote() {
        return remote;
    }

    /** Returns when the first sample was taken, in nanoseconds since the first one of the recording. */
    public long firstNanos() {
        return firstNanos;
    }

    /** Returns when the last sample was taken, in nanoseconds since the first one of the recording. */
    public long lastNanos() {
        return lastNanos;
    }

    /** Returns the number of samples. */
    public long samples() {
        return samples;
    }

    /** Returns the name of the process; empty if unknown. It may contain any character. */
    public String process() {
        return process;
    }

    /** Returns the congestion control algorithm; empty if unknown. */
    public String control() {
        return control;
    }

    /** Returns what limited the connection as sender, and when. */
    public VerdictTimes verdicts() {
        return verdicts;
    }

    VerdictTimes receiverVerdicts() {
        return receiverVerdicts;
    }

    Verdict lifeVerdict() {
        return lifeVerdict;
    }

    /** Returns the reason why it ended, "ended" if only that is known, or an empty text. */
    String end() {
        return end;
    }

    /** Returns the bytes that the peer acknowledged: from the kernel's counter, else from the sequence numbers. */
    Growth acked() {
        return acked.known() ? acked : unacknowledged;
    }

    Growth received() {
        return received;
    }

    Growth retrans() {
        return retrans;
    }

    /** Returns the data segments sent, which include retransmissions. */
    Growth sent() {
        return sent;
    }

    Growth timeouts() {
        return timeouts;
    }

    /** Returns how many segments were presumed lost, as far as the samples show it. */
    long lost() {
        return lost;
    }

    Distribution cwnd() {
        return cwnd;
    }

    /** Returns the round-trip times in microseconds. */
    Distribution roundTrips() {
        return rttBasis() == RttBasis.RTT_LAST ? rttLast : srtt;
    }

    RttBasis rttBasis() {
        if (rttLast.count() > 0) {
            return RttBasis.RTT_LAST;
        }
        return srtt.count() > 0 ? RttBasis.SRTT : RttBasis.NONE;
    }

    /** Returns the bytes that the peer acknowledged in the recorded time. */
    public long bytesAcked() {
        return acked().sum();
    }

    /** Returns all bytes, for the order of a report. */
    double bytes() {
        return (double) acked().sum() + received.sum();
    }
}
