package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.groups.Group;
import io.tcpprobe.agent.groups.GroupSnapshot;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.mibs.Smi;
import io.tcpprobe.mibs.TcpProbeMib;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.snmp4j.smi.OID;

/** The table of groups, .1.6.1 of TCPPROBE-MIB, indexed by the number of the kind and that of the group. */
public final class GroupTable implements Table<GroupTable.Groups> {
    /** The groups of a snapshot. */
    record Groups(GroupSnapshot snapshot) implements TableRows {
        private Group get(int row) {
            return snapshot.groups().get(row);
        }

        @Override
        public int size() {
            return snapshot.groups().size();
        }

        @Override
        public int index(int row, int[] arcs) {
            arcs[0] = get(row).kind().number();
            arcs[1] = get(row).number();
            return 2;
        }
    }

    private static final List<Column<Groups>> COLUMNS = Stream.concat(
                    Stream.of(Column.<Groups>octets(TcpProbeMib.GROUP_NAME, OctetType.OCTET_STRING, GroupTable::name)),
                    GroupField.all().stream().map(GroupTable::column))
            .toList();

    private final FlowGroups groups;
    private final OID entry;

    public GroupTable(FlowGroups groups, int[] entry) {
        this.groups = groups;
        this.entry = new OID(entry);
    }

    private static byte[] name(Groups rows, int row) {
        return rows.get(row).name().getBytes(StandardCharsets.UTF_8);
    }

    private static Column<Groups> column(GroupField field) {
        return Column.<Groups>number(
                        field.id(),
                        NumberType.of(Smi.of(field)),
                        (rows, row) -> rows.get(row).number(field))
                .where((rows, row) -> rows.get(row).has(field));
    }

    @Override
    public OID root() {
        return entry;
    }

    @Override
    public List<Column<Groups>> columns() {
        return COLUMNS;
    }

    @Override
    public Groups rows() {
        return new Groups(groups.current());
    }

    @Override
    public boolean ready() {
        return groups.ready();
    }
}
