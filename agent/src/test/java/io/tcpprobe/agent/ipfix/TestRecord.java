package io.tcpprobe.agent.ipfix;

import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.RecordField;
import java.util.EnumMap;
import java.util.Map;

/**
 * A flow record that a test makes up: of a client at 192.0.2.1 port 50000 and a server at 198.51.100.7 port 443, which began at second 1000.
 *
 * @param values the values
 */
record TestRecord(Map<RecordField, Object> values) {
    static final long START = 1_000_000;
    static final int HEADERS_4 = 52;
    static final int HEADERS_6 = 72;

    /** A record of a flow that has counted nothing. */
    static TestRecord flow(long id, long number) {
        return new TestRecord(new EnumMap<>(Map.of(
                        RecordField.FLOW_ID,
                        id,
                        RecordField.RECORD_NUMBER,
                        number,
                        RecordField.FINAL_RECORD,
                        0L,
                        RecordField.LOCAL_PORT,
                        50_000L,
                        RecordField.PEER_PORT,
                        443L,
                        RecordField.START_TIME,
                        START,
                        RecordField.TIME,
                        START + 60_000 * number,
                        RecordField.ROLE,
                        "client")))
                .between("192.0.2.1", "198.51.100.7");
    }

    TestRecord between(String local, String peer) {
        return with(RecordField.LOCAL_ADDRESS, local).with(RecordField.PEER_ADDRESS, peer);
    }

    TestRecord sent(long bytes, long segments, long dataSegments) {
        return with(RecordField.BYTES_SENT, bytes)
                .with(RecordField.SEGS_OUT, segments)
                .with(RecordField.DATA_SEGS_OUT, dataSegments);
    }

    TestRecord received(long bytes, long segments, long dataSegments) {
        return with(RecordField.BYTES_RECEIVED, bytes)
                .with(RecordField.SEGS_IN, segments)
                .with(RecordField.DATA_SEGS_IN, dataSegments);
    }

    TestRecord last() {
        return with(RecordField.FINAL_RECORD, 1L).with(RecordField.END_REASON, "finReceived");
    }

    TestRecord with(RecordField field, Object value) {
        Map<RecordField, Object> changed = new EnumMap<>(values);
        changed.put(field, value);
        return new TestRecord(changed);
    }

    FlowRecord record() {
        return FlowRecord.of(values);
    }

    /** The record as an interval since the beginning of the flow. */
    FlowInterval interval() {
        return FlowInterval.of(record(), START, FlowCounter.advance(FlowCounter.zero(), record()));
    }
}
