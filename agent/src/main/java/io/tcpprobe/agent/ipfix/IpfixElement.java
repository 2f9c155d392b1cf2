package io.tcpprobe.agent.ipfix;

import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.Verdict;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The information elements of data records. Each is declared once here; templates, data records and docs/flow-records.md follow. Those below
 * 1000 are IANA's (https://www.iana.org/assignments/ipfix); the others are ours, below the enterprise number of the owner, and their
 * numbers are never changed or reused.
 */
public enum IpfixElement {
    SOURCE_IPV4_ADDRESS(
            8, "sourceIPv4Address", 4, (to, flow, of) -> to.put(source(flow, of)), RecordField.LOCAL_ADDRESS),
    DESTINATION_IPV4_ADDRESS(
            12,
            "destinationIPv4Address",
            4,
            (to, flow, of) -> to.put(source(flow, of.opposite())),
            RecordField.PEER_ADDRESS),
    SOURCE_IPV6_ADDRESS(
            27, "sourceIPv6Address", 16, (to, flow, of) -> to.put(source(flow, of)), RecordField.LOCAL_ADDRESS),
    DESTINATION_IPV6_ADDRESS(
            28,
            "destinationIPv6Address",
            16,
            (to, flow, of) -> to.put(source(flow, of.opposite())),
            RecordField.PEER_ADDRESS),
    SOURCE_TRANSPORT_PORT(
            7,
            "sourceTransportPort",
            Short.BYTES,
            (to, flow, of) -> to.putShort(sourcePort(flow, of)),
            RecordField.LOCAL_PORT),
    DESTINATION_TRANSPORT_PORT(
            11,
            "destinationTransportPort",
            Short.BYTES,
            (to, flow, of) -> to.putShort(sourcePort(flow, of.opposite())),
            RecordField.PEER_PORT),
    PROTOCOL_IDENTIFIER(4, "protocolIdentifier", Byte.BYTES, (to, _, _) -> to.put(IpfixElement.TCP)),
    FLOW_DIRECTION(61, "flowDirection", Byte.BYTES, (to, _, of) -> to.put((byte) of.number())),
    /** 0 arbitrary: unknown; 1 initiator: the source opened the connection; 2 reverseInitiator: the destination did (RFC 5103). */
    BIFLOW_DIRECTION(
            239,
            "biflowDirection",
            Byte.BYTES,
            (to, flow, _) -> to.put(
                    switch (flow.role()) {
                        case CLIENT -> (byte) 1;
                        case SERVER -> (byte) 2;
                        case UNKNOWN -> (byte) 0;
                    }),
            RecordField.ROLE),
    FLOW_ID(
            148,
            "flowId",
            Long.BYTES,
            (to, flow, _) -> to.putLong(flow.flow().number(RecordField.FLOW_ID)),
            RecordField.FLOW_ID),
    FLOW_START_MILLISECONDS(
            152,
            "flowStartMilliseconds",
            Long.BYTES,
            (to, flow, _) -> to.putLong(flow.startMillis()),
            RecordField.START_TIME),
    FLOW_END_MILLISECONDS(
            153,
            "flowEndMilliseconds",
            Long.BYTES,
            (to, flow, _) -> to.putLong(flow.flow().number(RecordField.TIME)),
            RecordField.TIME),
    /** 2 active timeout: the flow goes on; 3 end of flow detected. */
    FLOW_END_REASON(
            136,
            "flowEndReason",
            Byte.BYTES,
            (to, flow, _) -> to.put((byte) (flow.isLast() ? 3 : 2)),
            RecordField.FINAL_RECORD),
    OCTET_DELTA_COUNT(
            1,
            "octetDeltaCount",
            Long.BYTES,
            (to, flow, of) -> to.putLong(octets(flow, of)),
            RecordField.BYTES_SENT,
            RecordField.BYTES_RECEIVED,
            RecordField.SEGS_OUT,
            RecordField.SEGS_IN),
    PACKET_DELTA_COUNT(
            2,
            "packetDeltaCount",
            Long.BYTES,
            (to, flow, of) -> to.putLong(flow.growth(of.segments())),
            RecordField.SEGS_OUT,
            RecordField.SEGS_IN),
    TRANSPORT_OCTET_DELTA_COUNT(
            401,
            "transportOctetDeltaCount",
            Long.BYTES,
            (to, flow, of) -> to.putLong(flow.growth(of.bytes())),
            RecordField.BYTES_SENT,
            RecordField.BYTES_RECEIVED),
    TRANSPORT_PACKET_DELTA_COUNT(
            402,
            "transportPacketDeltaCount",
            Long.BYTES,
            (to, flow, of) -> to.putLong(flow.growth(of.dataSegments())),
            RecordField.DATA_SEGS_OUT,
            RecordField.DATA_SEGS_IN),
    /** Of this host as sender; 0 in the record of the other direction. */
    RETRANSMITTED_SEGMENT_DELTA_COUNT(
            2001,
            "tcpRetransmittedSegmentDeltaCount",
            Integer.BYTES,
            (to, flow, of) -> to.putInt(of == FlowDirection.SENT ? (int) flow.growth(FlowCounter.RETRANS) : 0),
            RecordField.RETRANS),
    /** 0 before the first measurement. */
    SMOOTHED_ROUND_TRIP_TIME(
            2002,
            "tcpSmoothedRoundTripTimeMicroseconds",
            Integer.BYTES,
            (to, flow, _) -> to.putInt((int) flow.flow().number(RecordField.SRTT)),
            RecordField.SRTT),
    /** 0 if unknown. */
    VERDICT(2003, "tcpVerdict", Byte.BYTES, (to, flow, _) -> to.put(verdict(flow)), RecordField.VERDICT),
    /** 0 while the connection lives. */
    END_REASON(2004, "tcpEndReason", Byte.BYTES, (to, flow, _) -> to.put(endReason(flow)), RecordField.END_REASON);

    private static final int FIRST_OF_ENTERPRISE = 1000;
    private static final byte TCP = 6;

    /** Header of IPv4 without options. */
    private static final int IPV4_HEADER = 20;

    private static final int IPV6_HEADER = 40;

    /** Header of TCP with timestamps, which Linux uses by default. */
    private static final int TCP_HEADER = 32;

    private static final Map<String, Integer> VERDICTS = byLabel(Verdict.values(), Verdict::label, Verdict::number);
    private static final Map<String, Integer> END_REASONS =
            byLabel(EndReason.values(), EndReason::label, EndReason::number);

    private final int id;
    private final String label;
    private final int bytes;

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Writer writer;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<RecordField> fields;

    /** Writes a value. */
    @FunctionalInterface
    private interface Writer {
        void write(ByteBuffer to, FlowInterval flow, FlowDirection direction);
    }

    IpfixElement(int id, String label, int bytes, Writer writer, RecordField... fields) {
        this.id = id;
        this.label = label;
        this.bytes = bytes;
        this.writer = writer;
        this.fields = List.of(fields);
    }

    private static <T> Map<String, Integer> byLabel(
            T[] values, Function<T, String> label, Function<T, Integer> number) {
        return Arrays.stream(values).collect(Collectors.toUnmodifiableMap(label, number));
    }

    private static byte[] source(FlowInterval flow, FlowDirection direction) {
        return direction == FlowDirection.SENT ? flow.local() : flow.peer();
    }

    private static short sourcePort(FlowInterval flow, FlowDirection direction) {
        return (short)
                flow.flow().number(direction == FlowDirection.SENT ? RecordField.LOCAL_PORT : RecordField.PEER_PORT);
    }

    /** Returns the bytes of all packets with their headers, of which the kernel counts the packets only. */
    private static long octets(FlowInterval flow, FlowDirection direction) {
        long header = TCP_HEADER + (long) (flow.isIpv6() ? IPV6_HEADER : IPV4_HEADER);
        long payload = flow.growth(direction.bytes());
        long octets = payload + header * flow.growth(direction.segments());
        return Long.compareUnsigned(octets, payload) < 0 ? -1 : octets; // -1 is the maximum
    }

    private static byte verdict(FlowInterval flow) {
        return number(VERDICTS, flow, RecordField.VERDICT);
    }

    private static byte endReason(FlowInterval flow) {
        return number(END_REASONS, flow, RecordField.END_REASON);
    }

    private static byte number(Map<String, Integer> numbers, FlowInterval flow, RecordField field) {
        return numbers.getOrDefault(flow.flow().text(field), 0).byteValue();
    }

    /** Returns its number. */
    public int id() {
        return id;
    }

    /** Returns its name: "octetDeltaCount". */
    public String label() {
        return label;
    }

    /** Returns true if it is ours, and has the enterprise number of the owner. */
    public boolean ofEnterprise() {
        return id >= FIRST_OF_ENTERPRISE;
    }

    /** Returns the fields that it is computed from. */
    public List<RecordField> fields() {
        return fields;
    }

    /** Returns its length in bytes. */
    int bytes() {
        return bytes;
    }

    /** Writes the value of a flow for a direction. */
    void write(ByteBuffer to, FlowInterval flow, FlowDirection direction) {
        writer.write(to, flow, direction);
    }
}
