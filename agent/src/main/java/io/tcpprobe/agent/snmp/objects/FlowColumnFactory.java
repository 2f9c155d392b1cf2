package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.objects.FlowTable.Flows;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.mibs.Smi;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Creates SNMP columns for the fields of a flow. */
final class FlowColumnFactory implements FieldProjection<Column<Flows>> {
    private static final int DATE_AND_TIME_BYTES = 11;

    @Override
    public Column<Flows> number(FlowField field) {
        return Column.number(
                field.id(),
                NumberType.of(Smi.of(field)),
                (flows, row) -> flows.snapshot().flows().number(field, row));
    }

    @Override
    public Column<Flows> state(FlowField field) {
        return number(field);
    }

    @Override
    public Column<Flows> address(FlowField field) {
        return octets(field, (flows, row) -> new Flow(flows.snapshot(), row).address(field));
    }

    @Override
    public Column<Flows> name(FlowField field) {
        return octets(
                field, (flows, row) -> OctetType.ascii(flows.snapshot().flows().text(field, row)));
    }

    @Override
    public Column<Flows> time(FlowField field) {
        return octets(field, (flows, row) -> time(flows.snapshot(), field, row));
    }

    private static Column<Flows> octets(FlowField field, Column.OctetsOf<Flows> octets) {
        return Column.octets(field.id(), OctetType.OCTET_STRING, octets);
    }

    private static byte[] time(FlowSnapshot snapshot, FlowField field, int row) {
        return dateAndTime(snapshot.wallMillis(snapshot.flows().number(field, row)));
    }

    /** Encodes a time as DateAndTime of RFC 2579, in UTC; {@code millis} since the epoch. */
    static byte[] dateAndTime(long millis) {
        OffsetDateTime time = Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
        return ByteBuffer.allocate(DATE_AND_TIME_BYTES)
                .putShort((short) time.getYear())
                .put((byte) time.getMonthValue())
                .put((byte) time.getDayOfMonth())
                .put((byte) time.getHour())
                .put((byte) time.getMinute())
                .put((byte) time.getSecond())
                .put((byte) (time.getNano() / 100_000_000)) // deciseconds
                .put((byte) '+')
                .array();
    }
}
