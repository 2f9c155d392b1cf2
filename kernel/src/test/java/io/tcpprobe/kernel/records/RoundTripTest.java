package io.tcpprobe.kernel.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.proc.SocketOwners;
import io.tcpprobe.test.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Text to record to row, and back. */
class RoundTripTest {
    private static final Set<FlowField> IN_A_RECORD = EnumSet.of(
            FlowField.LOCAL_ADDRESS_TYPE,
            FlowField.LOCAL_ADDRESS,
            FlowField.LOCAL_PORT,
            FlowField.REMOTE_ADDRESS_TYPE,
            FlowField.REMOTE_ADDRESS,
            FlowField.REMOTE_PORT,
            FlowField.LENGTH,
            FlowField.SND_NXT,
            FlowField.SND_UNA,
            FlowField.CWND,
            FlowField.SSTHRESH,
            FlowField.SEND_WINDOW,
            FlowField.SRTT,
            FlowField.RTTVAR,
            FlowField.RTO,
            FlowField.LOST,
            FlowField.RETRANS,
            FlowField.IN_FLIGHT,
            FlowField.FRTO,
            FlowField.RECEIVE_QUEUE,
            FlowField.SEND_QUEUE,
            FlowField.SOCKET_IDF);

    private final MemorySegment memory = Arena.ofAuto().allocate(FlowLayout.SIZE, 8);

    @Test
    void shouldPrintWhatItHasRead() {
        assertEquals(Lines.CAPTURED, Lines.print(Lines.parse(Lines.CAPTURED)));
    }

    @Test
    void shouldPrintAndReadAnyRecord() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            ProbeRecord record = Lines.any(random);
            String line = Lines.print(record);
            ProbeRecord again = Lines.parse(line);
            for (RecordField field : RecordField.TCP_PROBE_PLUS) {
                assertEquals(record.value(field), again.value(field), () -> "seed " + seed + ": " + line);
            }
            assertEquals(line, Lines.print(again), () -> "seed " + seed);
        }
    }

    @Test
    void shouldWriteIPv6AsRfc5952() {
        String line = Lines.CAPTURED
                .replace("10.160.229.127:22", "[2001:0DB8:0:0:1:0:0:1]:22")
                .replace("10.2.146.10:65221", "[0:0:1:0:2:3:4:5]:65221");
        String printed = Lines.print(Lines.parse(line));
        assertTrue(printed.contains(" [2001:db8::1:0:0:1]:22 [::1:0:2:3:4:5]:65221 "), printed);
    }

    @Test
    void shouldKeepARecordInARow() {
        String line = Lines.CAPTURED.replace("0 0 0 0 0 0 0x", "1 2 3 1 5 6 0x");
        RecordRow.write(Lines.parse(line), memory, 0);
        FlowLayout.put(memory, 0, FlowField.SAMPLED, 1_000_000_000L + 2_178_670_575L);
        ProbeRecord again = new ProbeRecord();
        RecordRow.read(memory, 0, 1_000_000_000L, again);
        assertEquals(line, Lines.print(again));
    }

    @Test
    void shouldHaveInTheRowWhatTheRecordHasAndNothingElse() {
        RecordRow.write(Lines.parse(Lines.CAPTURED), memory, 0);
        for (FlowField field : FlowField.values()) {
            assertEquals(IN_A_RECORD.contains(field), FlowLayout.has(memory, 0, field), field.label());
        }
        assertEquals(43, FlowLayout.number(memory, 0, FlowField.SRTT));
        assertEquals(524280, FlowLayout.number(memory, 0, FlowField.SEND_WINDOW));
    }

    @Test
    void shouldHaveNoRoundTripTimeBeforeOneWasMeasured() {
        String line = Lines.CAPTURED.replace(" 43 53 255 ", " 0 0 0 ");
        RecordRow.write(Lines.parse(line), memory, 0);
        assertFalse(FlowLayout.has(memory, 0, FlowField.SRTT));
        assertFalse(FlowLayout.has(memory, 0, FlowField.RTTVAR));
    }

    @Test
    void shouldNotReadPacketsOutAsInFlightWhileSegmentsAreLost() {
        String line = Lines.CAPTURED.replace(" 255 0 0 0 ", " 255 2 0 9 ");
        RecordRow.write(Lines.parse(line), memory, 0);
        assertEquals(9, FlowLayout.number(memory, 0, FlowField.IN_FLIGHT));
        assertFalse(FlowLayout.has(memory, 0, FlowField.UNACKED));
        RecordRow.write(Lines.parse(line, RecordDialect.ORIGINAL), memory, 0);
        assertEquals(9, FlowLayout.number(memory, 0, FlowField.UNACKED));
        assertFalse(FlowLayout.has(memory, 0, FlowField.IN_FLIGHT));
    }

    /** 11000 + 4 * 25000: the kernel had 11000 + 4 * 50000. */
    @Test
    void shouldDoubleTheRttvarOfTheOriginal() {
        RecordRow.write(Lines.parse(Lines.LOGGED, RecordDialect.ORIGINAL), memory, 0);
        assertEquals(50_000, FlowLayout.number(memory, 0, FlowField.RTTVAR));
        assertEquals(211_000, FlowLayout.number(memory, 0, FlowField.RTO));
        assertEquals(11_000, FlowLayout.number(memory, 0, FlowField.SRTT));
    }

    @Test
    void shouldRemoveTheBackOffFromTheTimeout() {
        RecordRow.write(Lines.parse(Lines.CAPTURED), memory, 0);
        FlowLayout.put(memory, 0, FlowField.SRTT, 4_000);
        FlowLayout.put(memory, 0, FlowField.RTO, 816_000);
        FlowLayout.put(memory, 0, FlowField.BACKOFF, 2);
        FlowLayout.present(memory, 0, FlowField.BACKOFF, true);
        ProbeRecord record = new ProbeRecord();
        RecordRow.read(memory, 0, 0, record);
        assertEquals(50_000, record.value(RecordField.RTTVAR));
        assertEquals(204_000, record.value(RecordField.RTO));
    }

    @Test
    void shouldNotCountAReadFinAsQueued() {
        String line = Lines.CAPTURED.replace(" 0 0 0x3d58a44e", " 4294967295 0 0x3d58a44e");
        RecordRow.write(Lines.parse(line), memory, 0);
        assertEquals(0, FlowLayout.number(memory, 0, FlowField.RECEIVE_QUEUE));
    }

    /** As the original: columns 17 and 18 count sequence numbers. */
    @Test
    void shouldCountAFinThatWaitsInTheQueuesOfARecord() {
        RecordRow.write(Lines.parse(Lines.CAPTURED), memory, 0);
        FlowLayout.put(memory, 0, FlowField.RECEIVE_QUEUE, 0);
        FlowLayout.put(memory, 0, FlowField.SEND_QUEUE, 7);
        FlowLayout.put(memory, 0, FlowField.QUEUED_FLAGS, 3);
        FlowLayout.present(memory, 0, FlowField.QUEUED_FLAGS, true);
        ProbeRecord record = new ProbeRecord();
        RecordRow.read(memory, 0, 0, record);
        assertEquals(1, record.value(RecordField.RECEIVE_QUEUE));
        assertEquals(8, record.value(RecordField.SEND_QUEUE));
    }

    @Test
    void shouldWriteJson() {
        RecordRow.write(Lines.parse(Lines.CAPTURED), memory, 0);
        FlowLayout.put(memory, 0, FlowField.STATE, 5);
        FlowLayout.present(memory, 0, FlowField.STATE, true);
        long command = FlowLayout.offset(FlowField.COMMAND);
        memory.setString(command, "a\"\\\n\u00e9");
        FlowLayout.present(memory, 0, FlowField.COMMAND, true);
        ProbeRecord record = new ProbeRecord();
        RecordRow.read(memory, 0, 0, record);
        LineText text = new LineText();
        RowJson.write(memory, 0, record, SocketOwners.NONE, text);
        String json = text.toString();
        assertTrue(json.startsWith("{\"time\":0.000000000,\"flow\":0,\"localAddressType\":1,"), json);
        assertTrue(json.contains(",\"localAddress\":\"10.160.229.127\",\"localPort\":22,"), json);
        assertTrue(json.contains(",\"state\":\"established\",\"cwnd\":6,\"ssthresh\":2147483647,"), json);
        assertTrue(json.endsWith(",\"command\":\"a\\\"\\\\???\"}\n"), json);
    }

    /** As every other output: a socket changes hands without a segment, so the row may have the process that had it before. */
    @Test
    void shouldWriteTheProcessThatHasTheSocketOpenAsJson() {
        RecordRow.write(Lines.parse(Lines.CAPTURED), memory, 0);
        put(FlowField.INODE, 1009);
        put(FlowField.PID, 4_000_037);
        int here = Math.toIntExact(ProcessHandle.current().pid());
        SocketOwners.Builder found = new SocketOwners.Builder();
        found.add(1009, here);
        String json = json(found.build());
        assertTrue(json.contains(",\"pid\":" + here + ",\"command\":\"java\""), json);
        assertTrue(json(SocketOwners.NONE).contains(",\"pid\":4000037"), "the row's, where no scan knows better");
    }

    private void put(FlowField field, long value) {
        FlowLayout.put(memory, 0, field, value);
        FlowLayout.present(memory, 0, field, true);
    }

    private String json(SocketOwners owners) {
        ProbeRecord record = new ProbeRecord();
        RecordRow.read(memory, 0, 0, record);
        LineText text = new LineText();
        RowJson.write(memory, 0, record, owners, text);
        return text.toString();
    }
}
