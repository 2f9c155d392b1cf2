package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Captured messages, against what ss printed of the same sockets. */
class FlowMessageTest {
    private static final Map<String, FlowField> NUMBERS = Map.ofEntries(
            Map.entry("cwnd", FlowField.CWND),
            Map.entry("mss", FlowField.MSS),
            Map.entry("pmtu", FlowField.PMTU),
            Map.entry("rcvmss", FlowField.RECEIVE_MSS),
            Map.entry("advmss", FlowField.ADVERTISED_MSS),
            Map.entry("bytes_sent", FlowField.BYTES_SENT),
            Map.entry("segs_out", FlowField.SEGS_OUT),
            Map.entry("segs_in", FlowField.SEGS_IN),
            Map.entry("data_segs_out", FlowField.DATA_SEGS_OUT),
            Map.entry("data_segs_in", FlowField.DATA_SEGS_IN),
            Map.entry("delivered", FlowField.DELIVERED),
            Map.entry("rcv_space", FlowField.RECEIVE_SPACE),
            Map.entry("rcv_ssthresh", FlowField.RECEIVE_SSTHRESH),
            Map.entry("snd_wnd", FlowField.SEND_WINDOW),
            Map.entry("ino", FlowField.INODE));
    private static final Map<String, FlowField> MILLISECONDS = Map.of(
            "rto", FlowField.RTO,
            "ato", FlowField.ATO,
            "minrtt", FlowField.MIN_RTT,
            "rcv_rtt", FlowField.RECEIVE_RTT);
    private static final Map<String, FlowField> RATES =
            Map.of("pacing_rate", FlowField.PACING_RATE, "delivery_rate", FlowField.DELIVERY_RATE);

    private FlowColumns flows;
    private Map<Long, SsLine> lines;

    @BeforeEach
    void decode() throws IOException {
        flows = Capture.flows(Capture.messages());
        lines = SsLine.capture().stream()
                .filter(line ->
                        !List.of("LISTEN", "TIME-WAIT").contains(line.columns().getFirst()))
                .collect(Collectors.toMap(SsLine::cookie, line -> line));
    }

    private SsLine line(int index) {
        return lines.get(flows.number(FlowField.COOKIE, index));
    }

    @Test
    void shouldTrackSocketsThatAreNeitherListenerNorTimeWait() throws IOException {
        assertEquals(17, Capture.messages().size());
        assertEquals(
                lines.keySet(),
                IntStream.range(0, flows.size())
                        .mapToObj(index -> flows.number(FlowField.COOKIE, index))
                        .collect(Collectors.toSet()));
    }

    @Test
    void shouldAgreeWithSsOnNumbers() {
        for (int i = 0; i < flows.size(); i++) {
            for (var number : NUMBERS.entrySet()) {
                assertSame(i, number.getValue(), line(i).of(number.getKey()).map(Long::parseLong), 1);
            }
            assertSame(
                    i,
                    FlowField.BUSY_TIME,
                    line(i).of("busy").map(text -> Long.parseLong(text.replace("ms", ""))),
                    1000);
        }
    }

    /** In the capture all that was sent is acknowledged, and nothing was sent twice. ss counts SYN and FIN. */
    @Test
    void shouldCountOctetsWhereSsCountsSequenceNumbers() {
        for (int i = 0; i < flows.size(); i++) {
            assertSame(i, FlowField.BYTES_ACKED, line(i).of("bytes_sent").map(Long::parseLong), 1);
            long received = Long.parseLong(line(i).of("bytes_received").orElse("0"));
            assertSame(i, FlowField.BYTES_RECEIVED, Optional.of(received - fin(i)), 1);
        }
    }

    /** 1 if the peer's FIN has come. */
    private long fin(int index) {
        return line(index).columns().getFirst().equals("CLOSE-WAIT") ? 1 : 0;
    }

    @Test
    void shouldAgreeWithSsOnTimesAndRates() {
        for (int i = 0; i < flows.size(); i++) {
            for (var time : MILLISECONDS.entrySet()) {
                assertSame(i, time.getValue(), line(i).of(time.getKey()).map(FlowMessageTest::micros), 1);
            }
            String[] rtt = line(i).of("rtt").orElseThrow().split("/", -1);
            assertSame(i, FlowField.SRTT, Optional.of(micros(rtt[0])), 1);
            assertSame(i, FlowField.RTTVAR, Optional.of(micros(rtt[1])), 1);
            for (var rate : RATES.entrySet()) {
                assertSame(i, rate.getValue(), line(i).rate(rate.getKey()).map(bits -> Long.parseLong(bits) / 8), 1);
            }
        }
    }

    private static long micros(String milliseconds) {
        return Math.round(Double.parseDouble(milliseconds) * 1000);
    }

    /** What ss does not print is zero or absent. */
    private void assertSame(int index, FlowField field, Optional<Long> printed, long divisor) {
        long expected = printed.orElse(0L);
        long got = flows.has(field, index) ? flows.number(field, index) / divisor : 0;
        assertEquals(expected, got, field + " of " + line(index));
    }

    @Test
    void shouldAgreeWithSsOnEndpoints() {
        for (int i = 0; i < flows.size(); i++) {
            List<String> columns = line(i).columns();
            assertEquals(Long.parseLong(columns.get(1)) - fin(i), flows.number(FlowField.RECEIVE_QUEUE, i));
            assertEquals(fin(i), flows.number(FlowField.QUEUED_FLAGS, i));
            assertEquals(Long.parseLong(columns.get(2)), flows.number(FlowField.SEND_QUEUE, i));
            assertEquals(
                    plain(columns.get(3)),
                    end(i, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE, FlowField.LOCAL_PORT));
            assertEquals(
                    plain(columns.get(4)),
                    end(i, FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, FlowField.REMOTE_PORT));
        }
    }

    /** Of mapped addresses the IPv4 one; the zone is compared elsewhere. */
    private static String plain(String end) {
        return end.replaceFirst("^\\[::ffff:(.*)\\]", "$1").replace("%d0", "");
    }

    private String end(int index, FlowField address, FlowField type, FlowField port) {
        return AddressText.of(flows.address(address, type, index), flows.number(port, index))
                .replaceFirst("%\\d+", "");
    }

    @Test
    void shouldAgreeWithSsOnStateNamesAndMemory() {
        Map<String, Long> states = Map.of("ESTAB", 5L, "FIN-WAIT-2", 7L, "CLOSE-WAIT", 8L);
        for (int i = 0; i < flows.size(); i++) {
            SsLine line = line(i);
            assertEquals(states.get(line.columns().getFirst()), flows.number(FlowField.STATE, i));
            assertTrue(line.words().contains(flows.text(FlowField.CONGESTION_CONTROL, i)));
            assertEquals(line.words().contains("app_limited"), flows.number(FlowField.APP_LIMITED, i) == 1);
            assertEquals(
                    line.of("wscale").orElseThrow(),
                    flows.number(FlowField.SEND_WINDOW_SCALE, i) + ","
                            + flows.number(FlowField.RECEIVE_WINDOW_SCALE, i));
            String memory = line.of("skmem").orElseThrow();
            assertTrue(
                    memory.startsWith("(r" + flows.number(FlowField.RECEIVE_MEMORY, i) + ",rb"
                            + flows.number(FlowField.RECEIVE_BUFFER, i) + ","),
                    memory);
            assertTrue(memory.contains(",tb" + flows.number(FlowField.SEND_BUFFER, i) + ","), memory);
            assertTrue(memory.contains(",t" + flows.number(FlowField.SEND_MEMORY_ALLOCATED, i) + ","), memory);
            assertTrue(memory.contains(",w" + flows.number(FlowField.SEND_MEMORY, i) + ","), memory);
            assertTrue(
                    memory.endsWith(",bl" + flows.number(FlowField.BACKLOG_MEMORY, i) + ",d"
                            + flows.number(FlowField.DROPS, i) + ")"),
                    memory);
            assertEquals(0, flows.number(FlowField.UID, i));
            assertEquals(4_026_531_840L, flows.number(FlowField.NETWORK_NAMESPACE, i));
        }
    }

    @Test
    void shouldKnowLinkLocalAddressesByTheirZone() {
        long zoned = IntStream.range(0, flows.size())
                .filter(i -> flows.number(FlowField.LOCAL_ADDRESS_TYPE, i) == 4)
                .peek(i -> {
                    byte[] address = flows.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, i);
                    assertEquals("fe80::7%" + flows.number(FlowField.INTERFACE, i), AddressText.of(address));
                })
                .count();
        assertEquals(2, zoned);
    }

    /** IP_TOS was 0x10 on one active end, and 0x20 on that of the socket of IPv6 that speaks IPv4. */
    @Test
    void shouldTakeTheTosOfASocketOfIpv6ThatSpeaksIpv4() {
        List<Long> set = IntStream.range(0, flows.size())
                .filter(i -> flows.number(FlowField.TOS, i) != 0)
                .mapToObj(i -> flows.number(FlowField.TOS, i))
                .sorted()
                .toList();
        assertEquals(List.of(0x10L, 0x20L), set);
    }

    @Test
    void shouldTakeTheControlGroup() throws IOException {
        byte[] id = {8, 7, 6, 5, 4, 3, 2, 1};
        long number = ByteBuffer.wrap(id).order(ByteOrder.nativeOrder()).getLong();
        FlowColumns flow = Capture.flows(List.of(Capture.with(established(), InetDiagMsg.CGROUP_ID, id)));
        assertEquals(number, flow.number(FlowField.CGROUP, 0));
        byte[] cut = Capture.with(established(), InetDiagMsg.CGROUP_ID, Arrays.copyOf(id, 7));
        assertFalse(Capture.flows(List.of(cut)).has(FlowField.CGROUP, 0));
    }

    /** INET_DIAG_BBRINFO: the words of the bandwidth are low first. */
    @Test
    void shouldReadTheStateOfBbr() throws IOException {
        ByteBuffer info = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        info.putInt(0x8000_0001).putInt(3).putInt(1009).putInt(739).putInt(512);
        FlowColumns flow = Capture.flows(List.of(Capture.with(established(), InetDiagMsg.BBRINFO, info.array())));
        assertEquals(0x3_8000_0001L, flow.number(FlowField.BBR_BANDWIDTH, 0));
        assertEquals(1009, flow.number(FlowField.BBR_MIN_RTT, 0));
        assertEquals(739, flow.number(FlowField.BBR_PACING_GAIN, 0));
        assertEquals(512, flow.number(FlowField.BBR_CWND_GAIN, 0));
        byte[] cut = Capture.with(established(), InetDiagMsg.BBRINFO, Arrays.copyOf(info.array(), 19));
        assertFalse(Capture.flows(List.of(cut)).has(FlowField.BBR_BANDWIDTH, 0));
    }

    /** tcpi_max_pacing_rate; it is unlimited in the capture. */
    @Test
    void shouldTakeTheLimitOfThePacingRate() throws IOException {
        byte[] info = Capture.attribute(established(), InetDiagMsg.INFO);
        assertFalse(Capture.flows(List.of(established())).has(FlowField.MAX_PACING_RATE, 0));
        ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).putLong(TcpInfo.MAX_PACING_RATE, 1_000_003);
        FlowColumns flow = Capture.flows(List.of(Capture.with(established(), InetDiagMsg.INFO, info)));
        assertEquals(1_000_003, flow.number(FlowField.MAX_PACING_RATE, 0));
    }

    private static byte[] established() throws IOException {
        for (byte[] message : Capture.messages()) {
            if (Capture.attribute(message, InetDiagMsg.CONG).length > 0 && message[InetDiagMsg.STATE] == 1) {
                return message;
            }
        }
        throw new IOException("the capture has no established socket");
    }

    /** 104: Linux 2.6 to 3.14. 168: 4.9. 192: 4.10. 232: 5.4. */
    @Test
    void shouldLeaveAbsentWhatAnOlderKernelDoesNotProvide() throws IOException {
        byte[] message = established();
        byte[] info = Capture.attribute(message, InetDiagMsg.INFO);
        for (int length : new int[] {104, 105, 111, 168, 192, 232, info.length}) {
            FlowColumns cut =
                    Capture.flows(List.of(Capture.with(message, InetDiagMsg.INFO, Arrays.copyOf(info, length))));
            FlowColumns whole = Capture.flows(List.of(message));
            assertEquals(1, cut.size());
            for (TcpInfo.Member member : TcpInfo.MEMBERS) {
                FlowField field = member.field();
                boolean fits = member.end() <= length;
                assertEquals(fits && whole.has(field, 0), cut.has(field, 0), length + ": " + field);
                if (cut.has(field, 0)) {
                    // Without the counts of sent bytes it is unknown whether the SYN is included.
                    long syn = field == FlowField.BYTES_ACKED && length < 216 ? 1 : 0;
                    assertEquals(whole.number(field, 0) + syn, cut.number(field, 0), length + ": " + field);
                }
            }
            assertEquals(length >= 168, cut.has(FlowField.APP_LIMITED, 0));
            assertTrue(cut.has(FlowField.IN_FLIGHT, 0) && cut.has(FlowField.COOKIE, 0));
        }
        for (int tooShort : new int[] {0, 1, 103}) {
            byte[] cut = Capture.with(message, InetDiagMsg.INFO, Arrays.copyOf(info, tooShort));
            assertEquals(0, Capture.flows(List.of(cut)).size());
        }
    }

    /** struct tcp_info has tcpi_snd_wscale in the low four bits, tcpi_rcv_wscale in the high ones. In the capture both are 10. */
    @Test
    void shouldDistinguishTheWindowScales() throws IOException {
        byte[] message = established();
        byte[] info = Capture.attribute(message, InetDiagMsg.INFO);
        info[TcpInfo.OPTIONS] |= TcpInfo.OPTION_WSCALE;
        info[TcpInfo.WSCALE] = (byte) (14 << 4 | 3);
        FlowColumns flow = Capture.flows(List.of(Capture.with(message, InetDiagMsg.INFO, info)));
        assertEquals(3, flow.number(FlowField.SEND_WINDOW_SCALE, 0));
        assertEquals(14, flow.number(FlowField.RECEIVE_WINDOW_SCALE, 0));
    }

    @Test
    void shouldAcceptALongerStruct() throws IOException {
        byte[] message = established();
        byte[] info = Capture.attribute(message, InetDiagMsg.INFO);
        FlowColumns flow = Capture.flows(List.of(Capture.with(message, InetDiagMsg.INFO, Arrays.copyOf(info, 600))));
        assertEquals(Capture.flows(List.of(message)).number(FlowField.CWND, 0), flow.number(FlowField.CWND, 0));
    }

    @Test
    void shouldLeaveAbsentWhatTheMessageDoesNotCarry() throws IOException {
        Map<Integer, FlowField> carried = Map.of(
                InetDiagMsg.CONG, FlowField.CONGESTION_CONTROL,
                InetDiagMsg.TOS, FlowField.TOS,
                InetDiagMsg.SKMEMINFO, FlowField.RECEIVE_MEMORY);
        for (var attribute : carried.entrySet()) {
            assertTrue(Capture.flows(List.of(established())).has(attribute.getValue(), 0));
            FlowColumns without = Capture.flows(List.of(Capture.with(established(), attribute.getKey(), null)));
            assertFalse(without.has(attribute.getValue(), 0), attribute.toString());
            assertEquals(1, without.size());
        }
        byte[] short35 = Capture.with(established(), InetDiagMsg.SKMEMINFO, new byte[35]);
        assertFalse(Capture.flows(List.of(short35)).has(FlowField.DROPS, 0));
        assertEquals(
                0,
                Capture.flows(List.of(Capture.with(established(), InetDiagMsg.INFO, null)))
                        .size());
    }

    @Test
    void shouldTreatSentinelValuesOfTcpInfoAsAbsent() throws IOException {
        byte[] info = Capture.attribute(established(), InetDiagMsg.INFO);
        Arrays.fill(info, TcpInfo.RTT, TcpInfo.RTT + 4, (byte) 0);
        Arrays.fill(info, TcpInfo.RCV_RTT, TcpInfo.RCV_RTT + 4, (byte) 0);
        Arrays.fill(info, TcpInfo.MIN_RTT, TcpInfo.MIN_RTT + 4, (byte) -1);
        Arrays.fill(info, TcpInfo.PACING_RATE, TcpInfo.PACING_RATE + 8, (byte) -1);
        Arrays.fill(info, TcpInfo.DELIVERY_RATE, TcpInfo.DELIVERY_RATE + 8, (byte) 0);
        info[TcpInfo.OPTIONS] &= ~TcpInfo.OPTION_WSCALE;
        FlowColumns flow = Capture.flows(List.of(Capture.with(established(), InetDiagMsg.INFO, info)));
        for (FlowField field : List.of(
                FlowField.SRTT,
                FlowField.RTTVAR,
                FlowField.RECEIVE_RTT,
                FlowField.MIN_RTT,
                FlowField.PACING_RATE,
                FlowField.DELIVERY_RATE,
                FlowField.SEND_WINDOW_SCALE,
                FlowField.RECEIVE_WINDOW_SCALE)) {
            assertFalse(flow.has(field, 0), field.toString());
        }
    }

    @Test
    void shouldCountWhatIsInTheNetwork() throws IOException {
        byte[] info = Capture.attribute(established(), InetDiagMsg.INFO);
        info[TcpInfo.UNACKED] = 20;
        info[TcpInfo.SACKED] = 7;
        info[TcpInfo.LOST] = 5;
        info[TcpInfo.RETRANS_OUT] = 2;
        FlowColumns flow = Capture.flows(List.of(Capture.with(established(), InetDiagMsg.INFO, info)));
        assertEquals(10, flow.number(FlowField.IN_FLIGHT, 0));
    }

    @Test
    void shouldAcceptANameOfTheFullWidth() throws IOException {
        byte[] name = "sixteen_letters_".getBytes(StandardCharsets.US_ASCII);
        byte[] longer = Arrays.copyOf(name, 40);
        Arrays.fill(longer, 16, 40, (byte) 'x');
        for (byte[] text : List.of(name, longer)) {
            FlowColumns flow = Capture.flows(List.of(Capture.with(established(), InetDiagMsg.CONG, text)));
            assertEquals("sixteen_letters_", flow.text(FlowField.CONGESTION_CONTROL, 0));
        }
    }

    @Test
    void shouldNotTrackASocketWithoutPeerOrCookie() throws IOException {
        byte[] noPeer = established();
        Arrays.fill(noPeer, InetDiagMsg.DPORT, InetDiagMsg.DPORT + 2, (byte) 0);
        byte[] noCookie = established();
        Arrays.fill(noCookie, InetDiagMsg.COOKIE, InetDiagMsg.COOKIE + 8, (byte) 0);
        assertEquals(0, Capture.flows(List.of(noPeer, noCookie)).size());
    }

    @Test
    void shouldReturnTheDataBeforeATruncation() throws IOException {
        byte[] whole = established();
        byte[] name = {'b', 'b', 'r', 0};
        byte[] nameLast = Capture.with(whole, InetDiagMsg.CONG, name);
        byte[] torn = Arrays.copyOf(nameLast, nameLast.length - 2);
        ByteBuffer.wrap(torn).order(ByteOrder.nativeOrder()).putInt(InetDiagMsg.LENGTH, torn.length);
        FlowColumns flow = Capture.flows(List.of(torn));
        assertEquals(1, flow.size());
        assertFalse(flow.has(FlowField.CONGESTION_CONTROL, 0));
        assertEquals(Capture.flows(List.of(whole)).number(FlowField.CWND, 0), flow.number(FlowField.CWND, 0));
    }
}
