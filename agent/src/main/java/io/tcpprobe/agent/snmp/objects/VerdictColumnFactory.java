package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.objects.FlowTable.Flows;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictProjection;
import io.tcpprobe.mibs.Smi;

/** Creates SNMP columns for the computed values of a flow. */
final class VerdictColumnFactory implements VerdictProjection<Column<Flows>> {
    @Override
    public Column<Flows> number(VerdictField field) {
        return Column.number(
                field.id(),
                NumberType.of(Smi.of(field)),
                (flows, row) -> flows.snapshot().verdicts().get().number(field, row));
    }

    @Override
    public Column<Flows> senderVerdict(VerdictField field) {
        return number(field);
    }

    @Override
    public Column<Flows> receiverVerdict(VerdictField field) {
        return number(field);
    }

    @Override
    public Column<Flows> networkCause(VerdictField field) {
        return number(field);
    }

    @Override
    public Column<Flows> text(VerdictField field) {
        return Column.octets(
                field.id(),
                OctetType.OCTET_STRING,
                (flows, row) ->
                        OctetType.ascii(flows.snapshot().verdicts().get().text(field, row)));
    }
}
