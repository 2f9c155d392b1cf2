package io.tcpprobe.agent.ipfix;

import static io.tcpprobe.agent.ipfix.IpfixDecoder.bytes;
import static io.tcpprobe.agent.ipfix.IpfixDecoder.number;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.Verdict;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageEncoderTest {
    private static final long OWNER = 99_999;
    private static final Template.Form PLAIN = new Template.Form(false, OptionalLong.empty());
    private static final Template.Form BIFLOW = new Template.Form(true, OptionalLong.empty());
    private static final Template.Form OURS = new Template.Form(false, OptionalLong.of(OWNER));
    private static final BigInteger MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private final IpfixDecoder decoder = new IpfixDecoder();

    private static MessageEncoder encoder(Template.Form form) {
        return new MessageEncoder(form, 1400, 7);
    }

    private List<Map<IpfixDecoder.Element, ByteBuffer>> decode(MessageEncoder encoder, FlowInterval... flows) {
        decoder.decode(encoder.templates().stamped(1, 0));
        List<Map<IpfixDecoder.Element, ByteBuffer>> records = new ArrayList<>();
        encoder.encode(List.of(flows))
                .forEach(message ->
                        records.addAll(decoder.decode(message.stamped(2, 0)).records()));
        return records;
    }

    private static String hex(ByteBuffer bytes) {
        byte[] all = new byte[bytes.remaining()];
        bytes.get(0, all);
        return HexFormat.of().formatHex(all);
    }

    /** Written by hand from RFC 7011 and IANA's list. */
    @Test
    void shouldWriteTheseBytes() {
        FlowInterval flow = TestRecord.flow(0x0102030405060708L, 1)
                .sent(0x1000, 0x10, 8)
                .last()
                .interval();
        List<IpfixMessage> messages = encoder(PLAIN).encode(List.of(flow));
        assertEquals(1, messages.size());
        assertEquals(
                "000a" // version
                        + "005b" // length: 16 + 4 + 71
                        + "65432100" // export time
                        + "fffffffe" // sequence number
                        + "00000007" // observation domain
                        + "0100" // set of template 256
                        + "004b" // its length: 4 + 71
                        + "c0000201" // source 192.0.2.1
                        + "c6336407" // destination 198.51.100.7
                        + "c350" // source port 50000
                        + "01bb" // destination port 443
                        + "06" // TCP
                        + "0102030405060708" // flow id
                        + "00000000000f4240" // start 1,000,000 ms
                        + "0000000000102ca0" // end 1,060,000 ms
                        + "03" // end of flow detected
                        + "01" // egress
                        + "0000000000001340" // octets: 4096 + 16 * 52
                        + "0000000000000010" // packets
                        + "0000000000001000" // payload octets
                        + "0000000000000008", // packets with payload
                hex(messages.getFirst().stamped(0x65432100L, -2)));
    }

    @Test
    void shouldWriteTheseTemplates() {
        String counters = "00010008" + "00020008" + "01910008" + "01920008";
        String rest = "00070002" + "000b0002" + "00040001" + "00940008" + "00980008" + "00990008" + "00880001"
                + "003d0001" + counters;
        assertEquals(
                "000a" + "008c" + "00000000" + "00000000" + "00000007" // header
                        + "0002" + "007c" // template set
                        + "0100" + "000e" + "00080004" + "000c0004" + rest // 14 fields
                        + "0101" + "000e" + "001b0010" + "001c0010" + rest,
                hex(encoder(PLAIN).templates().stamped(0, 0)));
    }

    @Test
    void shouldHaveARecordForEachDirection() {
        var records = decode(
                encoder(PLAIN),
                TestRecord.flow(5, 1).sent(1000, 20, 9).received(300, 11, 3).interval());
        assertEquals(2, records.size());
        var sent = records.getFirst();
        var received = records.getLast();
        assertArrayEquals(InetAddress.ofLiteral("192.0.2.1").getAddress(), bytes(sent, 0, 8));
        assertArrayEquals(InetAddress.ofLiteral("198.51.100.7").getAddress(), bytes(sent, 0, 12));
        assertArrayEquals(bytes(sent, 0, 12), bytes(received, 0, 8));
        assertArrayEquals(bytes(sent, 0, 8), bytes(received, 0, 12));
        assertEquals(50_000, number(sent, 7));
        assertEquals(443, number(received, 7));
        assertEquals(50_000, number(received, 11));
        assertEquals(1, number(sent, 61));
        assertEquals(0, number(received, 61));
        assertEquals(1000 + 20 * TestRecord.HEADERS_4, number(sent, 1));
        assertEquals(300 + 11 * TestRecord.HEADERS_4, number(received, 1));
        assertEquals(20, number(sent, 2));
        assertEquals(11, number(received, 2));
        assertEquals(1000, number(sent, 401));
        assertEquals(300, number(received, 401));
        assertEquals(9, number(sent, 402));
        assertEquals(3, number(received, 402));
        assertEquals(2, number(sent, 136), "active timeout");
        assertEquals(5, number(received, 148));
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "server", "unknown"})
    void shouldHaveOneRecordWithReverseElements(String role) {
        var records = decode(
                encoder(BIFLOW),
                TestRecord.flow(5, 1)
                        .with(RecordField.ROLE, role)
                        .sent(1000, 20, 9)
                        .received(300, 11, 3)
                        .interval());
        assertEquals(1, records.size());
        var biflow = records.getFirst();
        assertEquals(50_000, number(biflow, 7), "the source is this host");
        assertEquals(1000, number(biflow, 401));
        assertEquals(BigInteger.valueOf(300), number(biflow, Template.REVERSE, 401));
        assertEquals(BigInteger.valueOf(300 + 11 * TestRecord.HEADERS_4), number(biflow, Template.REVERSE, 1));
        assertEquals(BigInteger.valueOf(11), number(biflow, Template.REVERSE, 2));
        assertEquals(BigInteger.valueOf(3), number(biflow, Template.REVERSE, 402));
        assertEquals(List.of("unknown", "client", "server").indexOf(role), number(biflow, 239));
        assertFalse(biflow.containsKey(new IpfixDecoder.Element(0, 61)));
    }

    @Test
    void shouldHaveTheOwnersElements() {
        var records = decode(
                encoder(OURS),
                TestRecord.flow(5, 1)
                        .sent(1000, 20, 9)
                        .received(300, 11, 3)
                        .with(RecordField.RETRANS, 4L)
                        .with(RecordField.SRTT, 12_345L)
                        .with(RecordField.VERDICT, Verdict.RWND.label())
                        .last()
                        .interval());
        var sent = records.getFirst();
        assertEquals(BigInteger.valueOf(4), number(sent, OWNER, 2001));
        assertEquals(BigInteger.ZERO, number(records.getLast(), OWNER, 2001), "the peer's are unknown");
        for (var record : records) {
            assertEquals(BigInteger.valueOf(12_345), number(record, OWNER, 2002));
            assertEquals(BigInteger.valueOf(Verdict.RWND.number()), number(record, OWNER, 2003));
            assertEquals(BigInteger.valueOf(EndReason.FIN_RECEIVED.number()), number(record, OWNER, 2004));
            assertEquals(3, number(record, 136));
        }
    }

    @Test
    void shouldWriteZeroForWhatIsUnknown() {
        var record = decode(encoder(OURS), TestRecord.flow(5, 1).sent(1, 1, 1).interval())
                .getFirst();
        for (int id = 2001; id <= 2004; id++) {
            assertEquals(BigInteger.ZERO, number(record, OWNER, id));
        }
    }

    @Test
    void shouldWriteIpv6AndIpv4InOneMessage() {
        var records = decode(
                encoder(PLAIN),
                TestRecord.flow(1, 1).sent(10, 1, 1).interval(),
                TestRecord.flow(2, 1)
                        .between("2001:db8::1", "fe80::2%3")
                        .sent(20, 2, 1)
                        .interval(),
                TestRecord.flow(3, 1)
                        .between("::ffff:192.0.2.9", "198.51.100.7")
                        .sent(30, 3, 1)
                        .interval(),
                TestRecord.flow(4, 1)
                        .between("192.0.2.1", "2001:db8::2")
                        .sent(40, 4, 1)
                        .interval());
        assertEquals(4, records.size());
        assertEquals(20 + 2 * TestRecord.HEADERS_6, number(records.get(1), 1));
        assertArrayEquals(InetAddress.ofLiteral("fe80::2").getAddress(), bytes(records.get(1), 0, 28));
        assertArrayEquals(InetAddress.ofLiteral("192.0.2.9").getAddress(), bytes(records.get(2), 0, 8));
        assertArrayEquals(HexFormat.of().parseHex("00000000000000000000ffffc0000201"), bytes(records.get(3), 0, 27));
        assertThrows(
                IllegalArgumentException.class,
                () -> TestRecord.flow(1, 1).between("?", "192.0.2.1").interval());
    }

    @Test
    void shouldLeaveOutWhatWasIdle() {
        FlowInterval idle = TestRecord.flow(1, 1).interval();
        assertEquals(List.of(), encoder(PLAIN).encode(List.of(idle)));
        assertEquals(List.of(), encoder(BIFLOW).encode(List.of(idle)));
        FlowInterval received = TestRecord.flow(1, 1).received(5, 1, 1).interval();
        assertEquals(1, decode(encoder(PLAIN), received).size());
        assertEquals(1, decode(encoder(BIFLOW), received).size());
        FlowInterval ended = TestRecord.flow(1, 1).last().interval();
        assertEquals(1, decode(encoder(PLAIN), ended).size(), "the end");
        assertEquals(1, decode(encoder(BIFLOW), ended).size(), "the end");
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1400, 65_000})
    void shouldNotExceedTheSizeOfMessages(int size) {
        for (boolean biflow : new boolean[] {false, true}) {
            MessageEncoder encoder = new MessageEncoder(new Template.Form(biflow, OptionalLong.of(OWNER)), size, 7);
            assertTrue(encoder.templates().bytes().limit() <= 512);
            IpfixDecoder reader = new IpfixDecoder();
            reader.decode(encoder.templates().stamped(0, 0));
            List<IpfixMessage> messages = encoder.encode(LongStream.range(0, 3000)
                    .mapToObj(id -> TestRecord.flow(id, 1)
                            .between(
                                    id % 7 == 0 ? "2001:db8::1" : "192.0.2.1",
                                    id % 7 == 0 ? "2001:db8::2" : "192.0.2.2")
                            .sent(1 + id, 2, 3)
                            .received(4 + id, 5, 6)
                            .interval())
                    .toList());
            Set<Long> ids = new HashSet<>();
            int records = 0;
            for (IpfixMessage message : messages) {
                assertTrue(
                        message.bytes().limit() <= size, () -> message.bytes().limit() + " bytes");
                var decoded = reader.decode(message.stamped(0, 0));
                assertEquals(message.dataRecords(), decoded.records().size());
                assertEquals(0, decoded.unknown());
                decoded.records().forEach(record -> ids.add(number(record, 148)));
                records += message.dataRecords();
            }
            assertEquals(3000, ids.size());
            assertEquals(biflow ? 3000 : 6000, records);
            assertEquals(3000, messages.stream().mapToInt(IpfixMessage::flows).sum());
            assertEquals(2, reader.templateRecords(), "one for each version of IP");
        }
    }

    @Test
    void shouldHaveRoomForTheHeaderOfAnotherSet() {
        List<FlowInterval> flows = LongStream.range(0, 60)
                .mapToObj(id -> TestRecord.flow(id, 1)
                        .between(id % 2 == 0 ? "2001:db8::1" : "192.0.2.1", id % 2 == 0 ? "2001:db8::2" : "192.0.2.2")
                        .sent(1, 1, 1)
                        .interval())
                .toList();
        for (int size = MessageEncoder.MIN_BYTES; size < 2 * MessageEncoder.MIN_BYTES; size++) {
            int limit = size;
            new MessageEncoder(PLAIN, size, 7)
                    .encode(flows)
                    .forEach(message -> assertTrue(message.bytes().limit() <= limit));
        }
    }

    @Test
    void shouldHaveATemplateIdForEachForm() {
        Set<Integer> ids = new HashSet<>();
        for (OptionalLong enterprise : List.of(OptionalLong.empty(), OptionalLong.of(OWNER))) {
            for (boolean biflow : new boolean[] {false, true}) {
                for (boolean ipv6 : new boolean[] {false, true}) {
                    assertTrue(ids.add(Template.of(new Template.Form(biflow, enterprise), ipv6)
                            .id()));
                }
            }
        }
    }

    @Test
    void shouldWriteTheMaximumOfCounters() {
        var record = decode(
                        encoder(OURS),
                        TestRecord.flow(-1, 1)
                                .sent(-1, 0xffff_ffffL, 0xffff_ffffL)
                                .with(RecordField.RETRANS, 0xffff_ffffL)
                                .with(RecordField.LOCAL_PORT, 65_535L)
                                .interval())
                .getFirst();
        assertEquals(MAX, number(record, 0, 401));
        assertEquals(MAX, number(record, 0, 1), "with headers it would be more");
        assertEquals(0xffff_ffffL, number(record, 2));
        assertEquals(BigInteger.valueOf(0xffff_ffffL), number(record, OWNER, 2001));
        assertEquals(65_535, number(record, 7));
        assertEquals(MAX, number(record, 0, 148));
    }

    @Test
    void shouldNotStartAfterItsEnd() {
        FlowInterval flow = FlowInterval.of(
                TestRecord.flow(1, 1).sent(1, 1, 1).with(RecordField.TIME, 500L).record(),
                TestRecord.START,
                FlowCounter.advance(
                        FlowCounter.zero(), TestRecord.flow(1, 1).sent(1, 1, 1).record()));
        var record = decode(encoder(PLAIN), flow).getFirst();
        assertEquals(500, number(record, 152));
        assertEquals(500, number(record, 153));
    }
}
