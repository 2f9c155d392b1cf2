package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.AddressType;

/** One record of /proc/net/tcpprobe. Used again for every line, so that reading allocates nothing. */
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

    long value(RecordField field) {
        return values[field.number()];
    }

    void set(RecordField field, long value) {
        values[field.number()] = value;
    }

    /** Nanoseconds since the reader opened the file. */
    public long timeNanos() {
        return value(RecordField.TIME);
    }

    /** Whether it is the last record of its connection. */
    public boolean last() {
        return value(RecordField.LENGTH) == LENGTH_LAST;
    }

    /** Whether one of its ends has this port. */
    public boolean hasPort(int port) {
        return local.port == port || remote.port == port;
    }
}
