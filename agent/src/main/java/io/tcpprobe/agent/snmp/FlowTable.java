package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.Snapshots;
import io.tcpprobe.kernel.FlowColumns;
import io.tcpprobe.kernel.FlowField;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/**
 * The flow table, .1.4.1 of TCPPROBE-MIB: column, flow id. Ids only grow, so a walk goes on behind the id it stood at,
 * whatever flows have come or gone.
 */
final class FlowTable implements Subtree {
    private static final int COLUMN = 0;
    private static final int FLOW_ID = 1;
    private static final int INDEX_SIZE = 2;

    private final Snapshots snapshots;
    private final int[] entry;

    FlowTable(Snapshots snapshots, int[] entry) {
        this.snapshots = snapshots;
        this.entry = entry;
    }

    @Override
    public OID root() {
        return new OID(entry);
    }

    @Override
    public Variable get(OID instance) {
        int size = instance.size() - entry.length;
        FlowField field = size > 0 ? FlowField.ofId(instance.get(entry.length + COLUMN)) : null;
        if (field == null) {
            return Null.noSuchObject;
        }
        FlowSnapshot snapshot = snapshots.current();
        int index = size == INDEX_SIZE
                ? snapshot.flows().indexOf(Integer.toUnsignedLong(instance.get(entry.length + FLOW_ID)))
                : -1;
        return index >= 0 && snapshot.flows().has(field, index)
                ? FlowCell.of(snapshot, field, index)
                : Null.noSuchInstance;
    }

    @Override
    public @Nullable VariableBinding next(OID bound, boolean inclusive) {
        int column = 0;
        long behind = 0;
        if (bound.startsWith(root())) {
            int size = bound.size() - entry.length;
            column = size > COLUMN ? bound.get(entry.length + COLUMN) : 0;
            if (size > FLOW_ID) {
                behind = Integer.toUnsignedLong(bound.get(entry.length + FLOW_ID));
                behind -= inclusive && size == INDEX_SIZE ? 1 : 0;
            }
        } else if (bound.compareTo(root()) > 0) {
            return null;
        }
        return next(snapshots.current(), column, behind);
    }

    private @Nullable VariableBinding next(FlowSnapshot snapshot, int fromColumn, long fromBehind) {
        FlowColumns flows = snapshot.flows();
        long behind = fromBehind;
        if (fromColumn < 0) {
            return null; // a sub-identifier beyond 2^31
        }
        for (int column = fromColumn; column < FlowField.ID_LIMIT; column++) {
            FlowField field = FlowField.ofId(column);
            if (field != null && flows.hasColumn(field)) {
                for (int index = flows.after(behind); index < flows.size(); index++) {
                    if (flows.has(field, index)) {
                        return new VariableBinding(
                                new OID(entry, new int[] {column, (int) flows.flowId(index)}),
                                FlowCell.of(snapshot, field, index));
                    }
                }
            }
            behind = 0;
        }
        return null;
    }
}
