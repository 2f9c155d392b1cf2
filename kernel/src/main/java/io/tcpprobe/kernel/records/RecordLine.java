package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.AddressType;

/** Writes a record as a line of /proc/net/tcpprobe. IPv6 addresses are in brackets. */
final class RecordLine {
    private RecordLine() {}

    static void write(ProbeRecord record, LineText to) {
        for (RecordField field : RecordField.TCP_PROBE_PLUS) {
            if (field != RecordField.TIME) {
                to.put(' ');
            }
            switch (field.form()) {
                case TIME -> to.seconds(record.timeNanos());
                case END -> writeEnd(field == RecordField.LOCAL ? record.local : record.remote, to);
                case DECIMAL -> to.decimal(record.value(field));
                case HEX -> to.put("0x").hex(record.value(field));
                case BARE_HEX -> to.hex(record.value(field));
            }
        }
        to.put('\n');
    }

    private static void writeEnd(ProbeRecord.End end, LineText to) {
        boolean bare = end.type == AddressType.IPV4;
        if (!bare) {
            to.put('[');
        }
        to.address(end.type, end.high, end.low, end.zone);
        if (!bare) {
            to.put(']');
        }
        to.put(':').decimal(end.port);
    }
}
