package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.snmp4j.smi.OID;

/**
 * The flow table, .1.4.1 of TCPPROBE-MIB, indexed by flow id. Ids only grow, so a walk continues after the last id it has read,
 * whatever flows have started or ended since.
 */
public final class FlowTable implements Table<FlowTable.Flows> {
    /** The flows of a snapshot. */
    record Flows(FlowSnapshot snapshot) implements TableRows {
        @Override
        public int size() {
            return snapshot.flows().size();
        }

        @Override
        public int index(int row, int[] arcs) {
            arcs[0] = (int) snapshot.flows().flowId(row);
            return 1;
        }

        Flow flow(int row) {
            return new Flow(snapshot, row);
        }
    }

    /** Reports which flows have a field. */
    private record FieldPresence(FlowField field) implements Column.Presence<Flows> {
        @Override
        public boolean has(Flows rows, int row) {
            return rows.snapshot.flows().has(field, row);
        }

        @Override
        public boolean any(Flows rows) {
            return rows.snapshot.flows().hasColumn(field);
        }

        @Override
        public boolean ready(Flows rows) {
            return rows.snapshot.flows().ready(field);
        }
    }

    /** Reports which flows have a computed value. */
    private record VerdictPresence(VerdictField field) implements Column.Presence<Flows> {
        @Override
        public boolean has(Flows rows, int row) {
            return rows.snapshot.verdicts().get().has(field, row);
        }

        @Override
        public boolean ready(Flows rows) {
            return rows.snapshot.computedAtOnce() || rows.snapshot.computed(field);
        }
    }

    /** Reports which flows have a text. */
    private record TextPresence(FlowText text) implements Column.Presence<Flows> {
        @Override
        public boolean has(Flows rows, int row) {
            return rows.flow(row).has(text);
        }

        @Override
        public boolean any(Flows rows) {
            return rows.snapshot.mayHave(text);
        }

        @Override
        public boolean ready(Flows rows) {
            return text.needs().stream().allMatch(rows.snapshot.flows()::ready);
        }
    }

    private final FlowSnapshotCache snapshots;
    private final OID entry;
    private static final FlowColumnFactory FACTORY = new FlowColumnFactory();

    private static final VerdictColumnFactory VERDICTS = new VerdictColumnFactory();

    private final List<Column<Flows>> columns = Stream.of(
                    FlowField.all().stream().map(field -> FACTORY.of(field).where(new FieldPresence(field))),
                    VerdictField.all().stream().map(field -> VERDICTS.of(field).where(new VerdictPresence(field))),
                    FlowText.all().stream().map(text -> column(text).where(new TextPresence(text))))
            .flatMap(columns -> columns)
            .sorted(Comparator.comparingInt(Column::id))
            .toList();

    public FlowTable(FlowSnapshotCache snapshots, int[] entry) {
        this.snapshots = snapshots;
        this.entry = new OID(entry);
    }

    private static Column<Flows> column(FlowText text) {
        return Column.octets(
                text.id(),
                OctetType.OCTET_STRING,
                (flows, row) -> OctetType.ascii(flows.flow(row).text(text)));
    }

    @Override
    public OID root() {
        return entry;
    }

    @Override
    public List<Column<Flows>> columns() {
        return columns;
    }

    @Override
    public Flows rows() {
        return new Flows(snapshots.current());
    }

    @Override
    public boolean ready() {
        return snapshots.ready();
    }
}
