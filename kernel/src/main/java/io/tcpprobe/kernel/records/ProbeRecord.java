package io.tcpprobe.kernel.records;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowLayout;
import java.lang.foreign.MemorySegment;

/**
 * One record: a sample of a flow at a moment, with the fields that its line has. Used again for every line, so that reading
 * allocates nothing.
 */
public final class ProbeRecord {
    /** The length of a connection's last record. */
    static final int LENGTH_LAST = 65535;

    /** One end of a connection; numbers in the machine's order, the address's first byte highest. */
    static final class End {
        AddressType type = AddressType.UNKNOWN;
        long high;
        /** For IPv4 the address is here. */
        long low;

        int zone;
        int port;

        void set(AddressType newType, long newHigh, long newLow, int newZone) {
            type = newType;
            high = newHigh;
            low = newLow;
            zone = newZone;
        }
    }

    final End local = new End();
    final End remote = new End();

    /** By the numbers of {@link RecordField}; the time in nanoseconds. */
    private final long[] values = new long[RecordField.ALL.length + 1];

    /** Bit i: the field with number i is there. */
    private int present;

    /** The whole row, where {@link #dialect} is JSON; else unused. */
    final MemorySegment row = MemorySegment.ofArray(new long[FlowLayout.SIZE / Long.BYTES]);

    private RecordDialect dialect = RecordDialect.TCPPROBE;

    /** Removes all fields; the next record is of this dialect. */
    void begin(RecordDialect newDialect) {
        dialect = newDialect;
        present = 0;
    }

    RecordDialect dialect() {
        return dialect;
    }

    boolean has(RecordField field) {
        return (present >>> field.number() & 1) != 0;
    }

    /** The field's value; 0 if the record does not have it. */
    long value(RecordField field) {
        return has(field) ? values[field.number()] : 0;
    }

    void set(RecordField field, long value) {
        values[field.number()] = value;
        present |= 1 << field.number();
    }

    /**
     * What tells two connections with the same endpoints apart: socket_idf, the socket's cookie or a recorded flow id; 0 if the
     * record has none of them.
     */
    long identity() {
        return switch (dialect) {
            case TCPPROBE, ORIGINAL -> value(RecordField.SOCKET_IDF);
            case TRACE -> value(RecordField.COOKIE);
            case TCP_PROBE -> 0;
            case JSON -> Integer.toUnsignedLong(row.get(JAVA_INT, FlowLayout.FLOW_ID));
        };
    }

    /** Multiplies the round-trip times by this: they were recorded in a larger unit. */
    public void scaleRoundTripTimes(int factor) {
        for (RecordField field : new RecordField[] {RecordField.SRTT, RecordField.RTTVAR, RecordField.RTO}) {
            if (has(field)) {
                set(field, value(field) * factor);
            }
        }
    }

    /** Nanoseconds since the reader opened the file. */
    public long timeNanos() {
        return value(RecordField.TIME);
    }

    /** Whether it is the last record of its connection. */
    public boolean last() {
        return switch (dialect) {
            case TCPPROBE, ORIGINAL, JSON -> value(RecordField.LENGTH) == LENGTH_LAST;
            case TCP_PROBE, TRACE -> false; // they do not mark it
        };
    }

    /** Whether one of its ends has this port. */
    public boolean hasPort(int port) {
        return local.port == port || remote.port == port;
    }
}
