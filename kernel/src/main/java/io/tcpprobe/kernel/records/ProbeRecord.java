package io.tcpprobe.kernel.records;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowLayout;
import java.lang.foreign.MemorySegment;

/**
 * A record: one sample of a flow, with the fields that its line has. One instance is reused for all lines, so that reading does
 * not allocate.
 */
public final class ProbeRecord {
    /** The value of the field length that marks the last record of a connection. */
    static final int LENGTH_LAST = 65535;

    /** One endpoint of a connection; numbers in native order, with the first byte of the address as the most significant. */
    static final class End {
        AddressType type = AddressType.UNKNOWN;
        long high;
        /** Holds an IPv4 address. */
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

    /** Indexed by the number of {@link RecordField}; the time in nanoseconds. */
    private final long[] values = new long[RecordField.ALL.length + 1];

    /** Bit i: the field with number i is present. */
    private int present;

    /** The whole row if {@link #dialect} is JSON; otherwise unused. */
    final MemorySegment row = MemorySegment.ofArray(new long[FlowLayout.SIZE / Long.BYTES]);

    private RecordDialect dialect = RecordDialect.TCPPROBE;

    /** Clears all fields for the next record, which has this dialect. */
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

    /** Returns the value of a field; 0 if the record does not have it. */
    long value(RecordField field) {
        return has(field) ? values[field.number()] : 0;
    }

    void set(RecordField field, long value) {
        values[field.number()] = value;
        present |= 1 << field.number();
    }

    /**
     * Returns the number that distinguishes connections with the same endpoints: socket_idf, the socket's cookie or a recorded
     * flow id; 0 if the record has none of them.
     */
    long identity() {
        return switch (dialect) {
            case TCPPROBE, ORIGINAL -> value(RecordField.SOCKET_IDF);
            case TRACE -> value(RecordField.COOKIE);
            case TCP_PROBE -> 0;
            case JSON -> Integer.toUnsignedLong(row.get(JAVA_INT, FlowLayout.FLOW_ID));
        };
    }

    /** Multiplies the round-trip times by a factor if they were recorded in a larger unit. */
    public void scaleRoundTripTimes(int factor) {
        for (RecordField field : new RecordField[] {RecordField.SRTT, RecordField.RTTVAR, RecordField.RTO}) {
            if (has(field)) {
                set(field, value(field) * factor);
            }
        }
    }

    /** Returns the time of the record in nanoseconds since the reader opened the file. */
    public long timeNanos() {
        return value(RecordField.TIME);
    }

    /** Returns true if it is the last record of its connection. */
    public boolean last() {
        return switch (dialect) {
            case TCPPROBE, ORIGINAL, JSON -> value(RecordField.LENGTH) == LENGTH_LAST;
            case TCP_PROBE, TRACE -> false; // these dialects do not mark it
        };
    }

    /** Returns true if one of its endpoints has this port. */
    public boolean hasPort(int port) {
        return local.port == port || remote.port == port;
    }
}
