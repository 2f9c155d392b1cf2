package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.estats.LiveAndEndedFlowsSupplier;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.proc.TcpSysctls;
import io.tcpprobe.mibs.EstatsColumn;
import io.tcpprobe.mibs.EstatsTable;
import io.tcpprobe.mibs.Smi;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.snmp4j.smi.OID;

/** A table of TCP-ESTATS-MIB with a row for every flow: Perf, Path, Stack, App, Tune. */
public final class EstatsFlowTable implements Table<EstatsRows> {
    /** Reports which flows have all the fields that a column needs. */
    private record Needs(List<FlowField> fields) implements Column.Presence<EstatsRows> {
        @Override
        public boolean has(EstatsRows rows, int row) {
            for (FlowField field : fields) {
                if (!rows.flows().columns(row).has(field, rows.flows().row(row))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean any(EstatsRows rows) {
            return fields.stream().allMatch(rows.flows()::hasColumn);
        }
    }

    private final LiveAndEndedFlowsSupplier flows;
    private final BooleanSupplier active;
    private final OID root;
    private final List<Column<EstatsRows>> columns;

    /**
     * Creates a table.
     *
     * @param active returns true if the table has rows; evaluated at every request
     * @param host the TCP settings of the host
     */
    public EstatsFlowTable(
            EstatsTable table, LiveAndEndedFlowsSupplier flows, BooleanSupplier active, TcpSysctls host) {
        this.flows = flows;
        this.active = active;
        this.root = new OID(table.entry().toArray());
        this.columns = table.columns().stream()
                .filter(EstatsColumn::available)
                .map(column -> column(column, host).where(new Needs(column.needs())))
                .toList();
    }

    private static Column<EstatsRows> column(EstatsColumn column, TcpSysctls host) {
        Column.NumberOf<EstatsRows> number = (rows, row) ->
                column.reading().of(rows.flows().columns(row), rows.flows().row(row), host);
        int id = column.id();
        if (column.syntax() == Smi.DATE_AND_TIME) {
            return octets(
                    id,
                    (rows, row) -> FlowColumnFactory.dateAndTime(rows.flows().wallMillis(number.get(rows, row))));
        }
        return column.syntax() == Smi.OCTET
                ? octets(id, (rows, row) -> new byte[] {(byte) number.get(rows, row)})
                : Column.number(id, NumberType.of(column.syntax()), number);
    }

    private static Column<EstatsRows> octets(int id, Column.OctetsOf<EstatsRows> octets) {
        return Column.octets(id, OctetType.OCTET_STRING, octets);
    }

    @Override
    public OID root() {
        return root;
    }

    @Override
    public List<Column<EstatsRows>> columns() {
        return columns;
    }

    @Override
    public EstatsRows rows() {
        return new EstatsRows(flows.current(), active.getAsBoolean());
    }

    @Override
    public boolean ready() {
        return flows.ready();
    }
}
