package io.tcpprobe.agent.ipfix;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A template of data records (RFC 7011, section 3.4.1).
 *
 * @param id its id; the same id always stands for the same elements, since a collector may remember the template of an agent that was
 *     configured otherwise
 * @param fields the fields of a data record, in their order
 */
record Template(int id, List<Field> fields) {
    /** The enterprise number of the elements of the reverse direction (RFC 5103). */
    static final int REVERSE = 29_305;

    private static final int FIRST_ID = 256;
    private static final int IPV6 = 1;
    private static final int BIFLOW = 2;
    private static final int ENTERPRISE = 4;

    private static final int HEADER = 4;
    private static final int ENTERPRISE_BIT = 0x8000;

    private static final List<IpfixElement> IPV4_ADDRESSES =
            List.of(IpfixElement.SOURCE_IPV4_ADDRESS, IpfixElement.DESTINATION_IPV4_ADDRESS);
    private static final List<IpfixElement> IPV6_ADDRESSES =
            List.of(IpfixElement.SOURCE_IPV6_ADDRESS, IpfixElement.DESTINATION_IPV6_ADDRESS);
    private static final List<IpfixElement> IDENTITY = List.of(
            IpfixElement.SOURCE_TRANSPORT_PORT,
            IpfixElement.DESTINATION_TRANSPORT_PORT,
            IpfixElement.PROTOCOL_IDENTIFIER,
            IpfixElement.FLOW_ID,
            IpfixElement.FLOW_START_MILLISECONDS,
            IpfixElement.FLOW_END_MILLISECONDS,
            IpfixElement.FLOW_END_REASON);
    private static final List<IpfixElement> COUNTERS = List.of(
            IpfixElement.OCTET_DELTA_COUNT,
            IpfixElement.PACKET_DELTA_COUNT,
            IpfixElement.TRANSPORT_OCTET_DELTA_COUNT,
            IpfixElement.TRANSPORT_PACKET_DELTA_COUNT);
    private static final List<IpfixElement> OURS = List.of(
            IpfixElement.RETRANSMITTED_SEGMENT_DELTA_COUNT,
            IpfixElement.SMOOTHED_ROUND_TRIP_TIME,
            IpfixElement.VERDICT,
            IpfixElement.END_REASON);

    /**
     * A field of a data record.
     *
     * @param element the element
     * @param enterprise the enterprise number of the element; 0 for IANA's
     */
    record Field(IpfixElement element, long enterprise) {
        private FlowDirection direction(FlowDirection direction) {
            return enterprise == REVERSE ? direction.opposite() : direction;
        }
    }

    /**
     * Which records are sent.
     *
     * @param biflow true: one record for both directions (RFC 5103); false: one for each
     * @param enterprise the enterprise number of our elements; empty: they are not sent
     */
    record Form(boolean biflow, OptionalLong enterprise) {}

    /** Returns the template of IPv4 or IPv6. */
    static Template of(Form form, boolean ipv6) {
        List<Field> fields = new ArrayList<>();
        add(fields, ipv6 ? IPV6_ADDRESSES : IPV4_ADDRESSES, 0);
        add(fields, IDENTITY, 0);
        add(fields, List.of(form.biflow ? IpfixElement.BIFLOW_DIRECTION : IpfixElement.FLOW_DIRECTION), 0);
        add(fields, COUNTERS, 0);
        if (form.biflow) {
            add(fields, COUNTERS, REVERSE);
        }
        form.enterprise.ifPresent(number -> add(fields, OURS, number));
        int id = FIRST_ID
                + (ipv6 ? IPV6 : 0)
                + (form.biflow ? BIFLOW : 0)
                + (form.enterprise.isPresent() ? ENTERPRISE : 0);
        return new Template(id, List.copyOf(fields));
    }

    private static void add(List<Field> fields, List<IpfixElement> elements, long enterprise) {
        elements.forEach(element -> fields.add(new Field(element, enterprise)));
    }

    /** Returns the length of a data record in bytes. */
    int recordBytes() {
        int bytes = 0;
        for (Field field : fields) { // once for each data record
            bytes += field.element.bytes();
        }
        return bytes;
    }

    /** Returns the length of the template record in bytes. */
    int templateBytes() {
        return HEADER + fields.stream().mapToInt(Template::specifierBytes).sum();
    }

    private static int specifierBytes(Field field) {
        return 2 * Short.BYTES + (field.enterprise == 0 ? 0 : Integer.BYTES);
    }

    /** Writes the template record. */
    void write(ByteBuffer to) {
        to.putShort((short) id).putShort((short) fields.size());
        for (Field field : fields) {
            boolean iana = field.enterprise == 0;
            to.putShort((short) (field.element.id() | (iana ? 0 : ENTERPRISE_BIT)));
            to.putShort((short) field.element.bytes());
            if (!iana) {
                to.putInt((int) field.enterprise);
            }
        }
    }

    /** Writes a data record: of a biflow with {@link FlowDirection#SENT} as the forward direction. */
    void write(ByteBuffer to, FlowInterval flow, FlowDirection direction) {
        for (Field field : fields) {
            field.element.write(to, flow, field.direction(direction));
        }
    }
}
