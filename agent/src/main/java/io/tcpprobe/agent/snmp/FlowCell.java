package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.kernel.FlowField;
import io.tcpprobe.mibs.Smi;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.Counter64;
import org.snmp4j.smi.Gauge32;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;

/** The value of a flow's field as SNMP sends it. */
final class FlowCell {
    private static final int DATE_AND_TIME_BYTES = 11;

    private FlowCell() {}

    static Variable of(FlowSnapshot snapshot, FlowField field, int index) {
        Flow flow = new Flow(snapshot, index);
        return switch (Smi.of(field)) {
            case INET_ADDRESS_TYPE, TCP_STATE, INTEGER32 -> new Integer32((int) flow.number(field));
            case INET_PORT, UNSIGNED32 -> new UnsignedInteger32(flow.number(field));
            case GAUGE32 -> new Gauge32(flow.number(field));
            case COUNTER32 -> new Counter32(flow.number(field) & 0xffff_ffffL);
            case COUNTER64, GAUGE64 -> new Counter64(flow.number(field));
            case INET_ADDRESS -> new OctetString(flow.address(field));
            case TEXT -> new OctetString(flow.text(field));
            case DATE_AND_TIME -> dateAndTime(snapshot.wallMillis(flow.number(field)));
        };
    }

    /** DateAndTime of RFC 2579, in UTC. */
    static OctetString dateAndTime(long millis) {
        OffsetDateTime time = Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
        byte[] octets = ByteBuffer.allocate(DATE_AND_TIME_BYTES)
                .putShort((short) time.getYear())
                .put((byte) time.getMonthValue())
                .put((byte) time.getDayOfMonth())
                .put((byte) time.getHour())
                .put((byte) time.getMinute())
                .put((byte) time.getSecond())
                .put((byte) (time.getNano() / 100_000_000)) // deciseconds
                .put((byte) '+')
                .array();
        return new OctetString(octets);
    }
}
