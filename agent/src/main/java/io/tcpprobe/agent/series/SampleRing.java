package io.tcpprobe.agent.series;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The last samples of a watch, packed: the values of {@link #FIELDS} of each. Samples are numbered from 0 on; a new one replaces the oldest when
 * the ring is full. Memory is allocated as samples arrive.
 */
final class SampleRing {
    /** The values that a sample has, besides its time: what limits a flow, its counters, and its round-trip times. */
    static final List<FlowField> FIELDS = List.of(
            FlowField.STATE,
            FlowField.LENGTH,
            FlowField.CWND,
            FlowField.SSTHRESH,
            FlowField.SEND_WINDOW,
            FlowField.IN_FLIGHT,
            FlowField.UNACKED,
            FlowField.SACKED,
            FlowField.LOST,
            FlowField.RETRANS,
            FlowField.SRTT,
            FlowField.RTTVAR,
            FlowField.MIN_RTT,
            FlowField.RTT_LAST,
            FlowField.RTT_SAMPLES,
            FlowField.RTO,
            FlowField.BACKOFF,
            FlowField.CA_STATE,
            FlowField.TIMEOUTS,
            FlowField.TIMEOUT_TIME,
            FlowField.MSS,
            FlowField.SND_UNA,
            FlowField.SND_NXT,
            FlowField.SEND_BUFFER,
            FlowField.SEND_MEMORY,
            FlowField.SEND_MEMORY_ALLOCATED,
            FlowField.SEND_QUEUE,
            FlowField.NOT_SENT,
            FlowField.RECEIVE_WINDOW,
            FlowField.RECEIVE_WINDOW_SCALE,
            FlowField.RECEIVE_QUEUE,
            FlowField.RECEIVE_SSTHRESH,
            FlowField.RECEIVE_RTT,
            FlowField.BYTES_SENT,
            FlowField.BYTES_ACKED,
            FlowField.BYTES_RECEIVED,
            FlowField.DATA_SEGS_OUT,
            FlowField.SEGS_IN,
            FlowField.SEGMENTS_SEEN,
            FlowField.BUSY_TIME,
            FlowField.RWND_LIMITED,
            FlowField.SNDBUF_LIMITED,
            FlowField.APP_LIMITED,
            FlowField.CHRONO_TYPE,
            FlowField.PACING_RATE,
            FlowField.MAX_PACING_RATE,
            FlowField.DELIVERY_RATE,
            FlowField.CONGESTION_SIGNALS,
            FlowField.FAST_RETRANSMITS,
            FlowField.CWND_LIMITS,
            FlowField.SENDER_LIMITS,
            FlowField.DELIVERED_CE,
            FlowField.CWND_CLAMP,
            FlowField.USER_LOCKS,
            FlowField.NO_SPACE,
            FlowField.NAGLE,
            FlowField.END_REASON);

    /** Maximum number of samples. */
    static final int CAPACITY = 8192;

    private static final int FIRST_CAPACITY = 64;
    private static final int FLOW_ID = 0;
    private static final int LOST_BEFORE = 4;
    private static final int SAMPLED = 8;

    /** The offset of the bits of presence, one for each of {@link #FIELDS}. */
    private static final int PRESENT = 16;

    private static final int VALUES = 24;

    /** The offsets of the values in a sample, in the order of {@link #FIELDS}. */
    private static final int[] OFFSETS = new int[FIELDS.size()];

    /** Size of a sample in bytes. */
    static final int BYTES = layOut();

    private int capacity = FIRST_CAPACITY;
    private ByteBuffer memory = allocate(capacity);
    private long next;

    private static int layOut() {
        if (FIELDS.size() > Long.SIZE) {
            throw new IllegalStateException("a sample has at most " + Long.SIZE + " values");
        }
        int offset = VALUES;
        for (int i = 0; i < OFFSETS.length; i++) {
            OFFSETS[i] = offset;
            offset += FIELDS.get(i).width().bytes();
        }
        return offset;
    }

    private static ByteBuffer allocate(int samples) {
        return ByteBuffer.allocate(samples * BYTES).order(ByteOrder.nativeOrder());
    }

    /**
     * Adds a sample.
     *
     * @param lostBefore number of samples of the flow that were lost between this and the one before
     * @param flow the values of the flow
     */
    void add(long flowId, int lostBefore, FlowValues flow) {
        if (next == capacity && capacity < CAPACITY) {
            grow();
        }
        int at = at(next++);
        memory.putInt(at + FLOW_ID, (int) flowId);
        memory.putInt(at + LOST_BEFORE, lostBefore);
        memory.putLong(at + SAMPLED, flow.number(FlowField.SAMPLED));
        long present = 0;
        for (int i = 0; i < OFFSETS.length; i++) {
            FlowField field = FIELDS.get(i);
            if (flow.has(field)) {
                present |= 1L << i;
                put(field, at + OFFSETS[i], flow.number(field));
            }
        }
        memory.putLong(at + PRESENT, present);
    }

    private void put(FlowField field, int at, long value) {
        switch (field.width()) {
            case U8 -> memory.put(at, (byte) value);
            case U16 -> memory.putShort(at, (short) value);
            case U32 -> memory.putInt(at, (int) value);
            case U64 -> memory.putLong(at, value);
            case TEXT, ADDRESS -> throw new IllegalStateException(field + " is not a number");
        }
    }

    /** Doubles the capacity; before the first sample is replaced, so that the samples keep their places. */
    private void grow() {
        ByteBuffer more = allocate(capacity * 2);
        more.put(0, memory, 0, memory.capacity());
        memory = more;
        capacity *= 2;
    }

    private int at(long number) {
        return (int) (number % capacity) * BYTES;
    }

    /** Returns the number of the oldest sample. */
    long first() {
        return Math.max(0, next - capacity);
    }

    /** Returns the number of the next sample to be added: that of all samples so far. */
    long next() {
        return next;
    }

    /** Returns the id of the flow of a sample. */
    long flowId(long number) {
        return Integer.toUnsignedLong(memory.getInt(at(number) + FLOW_ID));
    }

    /** Returns how many samples of the flow were lost before a sample. */
    long lostBefore(long number) {
        return Integer.toUnsignedLong(memory.getInt(at(number) + LOST_BEFORE));
    }

    /** Returns the time of a sample in CLOCK_MONOTONIC, in nanoseconds. */
    long sampledNanos(long number) {
        return memory.getLong(at(number) + SAMPLED);
    }

    /** Returns true if a sample has the field at this place of {@link #FIELDS}. */
    boolean has(long number, int place) {
        return (memory.getLong(at(number) + PRESENT) >>> place & 1) != 0;
    }

    /** Returns the value of the field at this place of {@link #FIELDS}; undefined if absent. */
    long value(long number, int place) {
        int at = at(number) + OFFSETS[place];
        return switch (FIELDS.get(place).width()) {
            case U8 -> Byte.toUnsignedLong(memory.get(at));
            case U16 -> Short.toUnsignedLong(memory.getShort(at));
            case U32 -> Integer.toUnsignedLong(memory.getInt(at));
            case U64 -> memory.getLong(at);
            case TEXT, ADDRESS -> throw new IllegalStateException(FIELDS.get(place) + " is not a number");
        };
    }
}
