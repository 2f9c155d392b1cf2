package io.tcpprobe.agent.ipfix;

/** A direction of a connection, as seen by this host. */
enum FlowDirection {
    SENT(1, FlowCounter.BYTES_SENT, FlowCounter.SEGS_OUT, FlowCounter.DATA_SEGS_OUT),
    RECEIVED(0, FlowCounter.BYTES_RECEIVED, FlowCounter.SEGS_IN, FlowCounter.DATA_SEGS_IN);

    private final int number;
    private final FlowCounter bytes;
    private final FlowCounter segments;
    private final FlowCounter dataSegments;

    FlowDirection(int number, FlowCounter bytes, FlowCounter segments, FlowCounter dataSegments) {
        this.number = number;
        this.bytes = bytes;
        this.segments = segments;
        this.dataSegments = dataSegments;
    }

    /** Returns its number in the element flowDirection: 0 ingress, 1 egress. */
    int number() {
        return number;
    }

    FlowDirection opposite() {
        return this == SENT ? RECEIVED : SENT;
    }

    FlowCounter bytes() {
        return bytes;
    }

    FlowCounter segments() {
        return segments;
    }

    FlowCounter dataSegments() {
        return dataSegments;
    }
}
