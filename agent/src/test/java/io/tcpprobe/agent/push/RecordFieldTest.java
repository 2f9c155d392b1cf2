package io.tcpprobe.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.kernel.flow.RttHistogram;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordFieldTest {
    private static final long SECOND = 1_000_000_000;

    private static TestRow row() {
        return TestRow.flow(7)
                .between("2001:db8::1", "2001:db8::2")
                .with(FlowField.LOCAL_PORT, 50_000)
                .with(FlowField.REMOTE_PORT, 443);
    }

    @Test
    void shouldHaveNamesOfTheirOwn() {
        Set<String> labels = new HashSet<>();
        Set<String> attributes = new HashSet<>();
        for (RecordField field : RecordField.all()) {
            assertTrue(labels.add(field.label()), field.label());
            assertTrue(attributes.add(field.attribute()), field.attribute());
            assertTrue(field.label().matches("[a-z][A-Za-z0-9]*"), field.label());
            assertTrue(field.attribute().matches("([a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+)?"), field.attribute());
            assertTrue(field.doc().endsWith("."), field.doc());
        }
    }

    @Test
    void shouldOmitWhatTheRowDoesNotHave() {
        FlowRecord record = TestRecords.record(row(), 1, false);
        assertFalse(record.has(RecordField.BYTES_ACKED));
        assertFalse(record.has(RecordField.RTT_HISTOGRAM));
        assertFalse(record.has(RecordField.START_TIME));
        assertFalse(record.has(RecordField.CONTAINER));
        assertEquals(List.of(), record.counts(RecordField.RTT_HISTOGRAM));
        assertEquals("ipv6", record.text(RecordField.NETWORK_TYPE));
        assertEquals("2001:db8::2", record.text(RecordField.PEER_ADDRESS));
        assertEquals(443, record.number(RecordField.SERVICE_PORT));
        assertEquals(0, record.number(RecordField.FINAL_RECORD));
    }

    @Test
    void shouldNameReasons() {
        FlowRecord record = TestRecords.record(
                row().with(FlowField.END_REASON, EndReason.RESET_SENT.number())
                        .with(FlowField.RESET_REASON, ResetReason.TCP_ABORT_ON_CLOSE.number())
                        .with(FlowField.FIRST_SEEN, 3 * SECOND),
                9,
                true);
        assertEquals("resetSent", record.text(RecordField.END_REASON));
        assertEquals("resetSent", record.text(RecordField.FAILURE));
        assertEquals("TCP_ABORT_ON_CLOSE", record.text(RecordField.RESET_REASON));
        assertEquals(9, record.number(RecordField.RECORD_NUMBER));
        assertEquals(3000, record.number(RecordField.START_TIME));
        assertEquals(0, record.number(RecordField.DURATION), "never negative");
    }

    @Test
    void shouldHaveTheHistogramOfRoundTripTimes() {
        TestRow row = row();
        for (FlowField bucket : RttHistogram.BUCKETS) {
            row = row.with(bucket, bucket.id());
        }
        assertEquals(
                RttHistogram.BUCKETS.stream().map(bucket -> (long) bucket.id()).toList(),
                TestRecords.record(row, 1, false).counts(RecordField.RTT_HISTOGRAM));
    }
}
