package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Converts records to rows, and rows to records. They differ in the following:
 *
 * <ul>
 *   <li>The record's rto is {@code srtt + 4 * rttvar}: the timeout without its back-off. A row's rttvar is the mean deviation,
 *       the record's is what the timeout is made with, so it is computed from the row's rto; exact to a quarter of a tick.
 *   <li>The original's inflight is packets_out: the row's unacked. It is equal to inFlight while no segment is considered lost.
 *   <li>A connection without a round-trip time has no srtt and rttvar in the row, 0 in the record.
 *   <li>The record's queues count sequence numbers: SYN and FIN are in them. The row's are bytes, and queuedFlags reports a
 *       queued SYN or FIN, which a record does not have.
 *   <li>The record has neither state nor network namespace.
 * </ul>
 */
final class RecordRow {
    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long MAX_QUEUE = Integer.MAX_VALUE;
    private static final FlowField[] TIMES =
            Arrays.stream(FlowField.values()).filter(FlowField::isTime).toArray(FlowField[]::new);

    private RecordRow() {}

    /** Writes the values of a record into a row and makes them present; the fields of {@code kept} remain present. */
    static void write(ProbeRecord record, MemorySegment memory, long row, FlowField... kept) {
        FlowLayout.clearPresence(memory, row);
        writeEnd(
                record.local, memory, row, FlowField.LOCAL_ADDRESS_TYPE, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_PORT);
        writeEnd(
                record.remote,
                memory,
                row,
                FlowField.REMOTE_ADDRESS_TYPE,
                FlowField.REMOTE_ADDRESS,
                FlowField.REMOTE_PORT);
        for (RecordField field : RecordField.ALL) {
            FlowField to = field.flowField();
            if (to != null && record.has(field)) {
                put(memory, row, to, record.value(field));
            }
        }
        correct(record, memory, row);
        for (FlowField field : kept) {
            FlowLayout.present(memory, row, field, true);
        }
    }

    /** Converts the values for which column and field have different meanings. */
    private static void correct(ProbeRecord record, MemorySegment memory, long row) {
        if (record.has(RecordField.RTTVAR)) {
            put(memory, row, FlowField.RTTVAR, record.dialect().rttvar(record));
            put(memory, row, FlowField.RTO, record.dialect().rto(record));
        }
        if (record.value(RecordField.RECEIVE_QUEUE) > MAX_QUEUE) { // -1: a FIN uses a sequence number, too
            put(memory, row, FlowField.RECEIVE_QUEUE, 0);
        }
        if (record.value(RecordField.SRTT) == 0) {
            FlowLayout.present(memory, row, FlowField.SRTT, false);
            FlowLayout.present(memory, row, FlowField.RTTVAR, false);
        }
        if (record.dialect() == RecordDialect.ORIGINAL) {
            put(memory, row, FlowField.UNACKED, record.value(RecordField.IN_FLIGHT));
            FlowLayout.present(memory, row, FlowField.IN_FLIGHT, record.value(RecordField.LOST) == 0);
        }
    }

    /**
     * Copies the whole row of a JSON line, except its sequence and flow id.
     *
     * @param sampledNanos when the sample is replayed; the times of the row keep their distance from it
     */
    static void copy(ProbeRecord record, MemorySegment memory, long row, long sampledNanos) {
        MemorySegment.copy(
                record.row,
                FlowLayout.PRESENT_LOW,
                memory,
                row + FlowLayout.PRESENT_LOW,
                FlowLayout.SIZE - FlowLayout.PRESENT_LOW);
        long shift = sampledNanos - FlowLayout.number(record.row, 0, FlowField.SAMPLED);
        for (FlowField field : TIMES) {
            if (FlowLayout.has(memory, row, field)) {
                FlowLayout.put(memory, row, field, FlowLayout.number(memory, row, field) + shift);
            }
        }
    }

    private static void put(MemorySegment memory, long row, FlowField field, long value) {
        FlowLayout.put(memory, row, field, value);
        FlowLayout.present(memory, row, field, true);
    }

    private static void writeEnd(
            ProbeRecord.End end, MemorySegment memory, long row, FlowField type, FlowField address, FlowField port) {
        put(memory, row, port, end.port);
        writeAddress(end, memory, row, type, address);
    }

    /** Writes an endpoint's address and its type. */
    static void writeAddress(ProbeRecord.End end, MemorySegment memory, long row, FlowField type, FlowField address) {
        put(memory, row, type, end.type.number());
        long at = row + FlowLayout.offset(address);
        if (end.type == AddressType.IPV4) {
            memory.set(NETWORK_INT, at, (int) end.low);
        } else {
            memory.set(NETWORK_LONG, at, end.high);
            memory.set(NETWORK_LONG, at + Long.BYTES, end.low);
            memory.set(NETWORK_INT, at + 2 * Long.BYTES, end.zone);
        }
        FlowLayout.present(memory, row, address, true);
    }

    /**
     * Converts a row to a record.
     *
     * @param startNanos the origin of the record's time, in the row's clock
     */
    static void read(MemorySegment memory, long row, long startNanos, ProbeRecord into) {
        readEnd(memory, row, FlowField.LOCAL_ADDRESS_TYPE, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_PORT, into.local);
        readEnd(
                memory,
                row,
                FlowField.REMOTE_ADDRESS_TYPE,
                FlowField.REMOTE_ADDRESS,
                FlowField.REMOTE_PORT,
                into.remote);
        into.begin(RecordDialect.TCPPROBE);
        for (RecordField field : RecordField.ALL) {
            FlowField from = field.flowField();
            if (from != null) {
                into.set(field, FlowLayout.has(memory, row, from) ? FlowLayout.number(memory, row, from) : 0);
            }
        }
        long sampled = FlowLayout.number(memory, row, FlowField.SAMPLED);
        into.set(RecordField.TIME, Math.max(sampled - startNanos, 0));
        readQueues(memory, row, into);
        readTimeout(memory, row, into);
    }

    private static void readQueues(MemorySegment memory, long row, ProbeRecord into) {
        boolean known = FlowLayout.has(memory, row, FlowField.QUEUED_FLAGS);
        long flags = known ? FlowLayout.number(memory, row, FlowField.QUEUED_FLAGS) : 0;
        into.set(RecordField.RECEIVE_QUEUE, into.value(RecordField.RECEIVE_QUEUE) + (flags & 1));
        into.set(RecordField.SEND_QUEUE, into.value(RecordField.SEND_QUEUE) + (flags >> 1 & 1));
    }

    private static void readTimeout(MemorySegment memory, long row, ProbeRecord into) {
        boolean backedOff = FlowLayout.has(memory, row, FlowField.BACKOFF);
        long backoff = backedOff ? FlowLayout.number(memory, row, FlowField.BACKOFF) : 0;
        long srtt = into.value(RecordField.SRTT);
        long rto = into.value(RecordField.RTO) >>> backoff;
        long rttvar = srtt == 0 ? 0 : Math.max(rto - srtt, 0) / 4;
        into.set(RecordField.RTTVAR, rttvar);
        into.set(RecordField.RTO, srtt + 4 * rttvar);
    }

    private static void readEnd(
            MemorySegment memory, long row, FlowField type, FlowField address, FlowField port, ProbeRecord.End into) {
        long at = row + FlowLayout.offset(address);
        AddressType known = AddressType.of(FlowLayout.number(memory, row, type));
        switch (known) {
            case UNKNOWN -> into.set(known, 0, 0, 0);
            case IPV4 -> into.set(known, 0, Integer.toUnsignedLong(memory.get(NETWORK_INT, at)), 0);
            case IPV6, IPV6Z ->
                into.set(
                        known,
                        memory.get(NETWORK_LONG, at),
                        memory.get(NETWORK_LONG, at + Long.BYTES),
                        known == AddressType.IPV6Z ? memory.get(NETWORK_INT, at + 2 * Long.BYTES) : 0);
        }
        into.port = (int) FlowLayout.number(memory, row, port);
    }
}
