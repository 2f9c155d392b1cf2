package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.Optional;

/** How the network limits a flow whose verdict is {@link Verdict#NET}. Numbers are never changed or reused. */
public enum NetworkCause {
    QUEUE(
            1,
            "queue",
            "srtt is at least twice minRtt plus 2 ms.",
            "A bottleneck is saturated: segments wait in its queue.",
            "The bottleneck is used fully. For less delay use active queue management there or bbr here, not larger buffers."),
    LOSS(
            2,
            "loss",
            "At least 0.3 % of the segments with data were retransmitted, and no queue is seen.",
            "Lost segments keep cwnd small.",
            "Look for a lossy link or a policer on the path; bbr suffers less from random loss than cubic."),
    GROWING(
            3,
            "growing",
            "cwnd is below ssthresh, and neither queue nor loss is seen.",
            "The congestion window still grows: the flow is young.",
            "Keep connections open for more than one transfer."),
    WINDOW(
            4,
            "window",
            "None of the others.",
            "The congestion window is full.",
            "Compare cwnd with the path's rate times its round-trip time."),
    CLAMP(
            5,
            "clamp",
            "cwnd has reached cwndClamp.",
            "The congestion window has reached its upper limit.",
            "Look at the route's cwnd metric (ip route).");

    private final int number;
    private final String label;
    private final String rule;
    private final String doc;
    private final String advice;

    NetworkCause(int number, String label, String rule, String doc, String advice) {
        this.number = number;
        this.label = label;
        this.rule = rule;
        this.doc = doc;
        this.advice = advice;
    }

    /** Returns the cause with this number. */
    public static Optional<NetworkCause> of(long number) {
        return Arrays.stream(values()).filter(cause -> cause.number == number).findFirst();
    }

    /** Returns its number in SNMP. */
    public int number() {
        return number;
    }

    /** Returns its name in every projection: "queue". */
    public String label() {
        return label;
    }

    /** Returns the rule that decides on it, in words. The first in the order clamp, queue, loss, growing, window that holds counts. */
    public String rule() {
        return rule;
    }

    /** Returns its meaning. */
    public String doc() {
        return doc;
    }

    /** Returns what to do about it. */
    public String advice() {
        return advice;
    }
}
