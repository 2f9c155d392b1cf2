package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.namespaces.Namespace;
import io.tcpprobe.agent.namespaces.Namespaces;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.snmp4j.smi.OID;

/** vacmContextTable (RFC 3415): the contexts of this agent. The default one, the first, has the empty name. */
public final class ContextTable implements Table<ContextTable.Names> {
    private static final OID ENTRY = new OID("1.3.6.1.6.3.16.1.1.1");
    private static final int NAME = 1;
    private static final List<Column<Names>> COLUMNS =
            List.of(Column.octets(NAME, OctetType.OCTET_STRING, (rows, row) -> rows.names.get(row)));

    /** The names of the contexts, short ones first. */
    record Names(List<byte[]> names) implements TableRows {
        @Override
        public int size() {
            return names.size();
        }

        @Override
        public int index(int row, int[] arcs) {
            int[] index = TableRows.octetIndex(names.get(row));
            System.arraycopy(index, 0, arcs, 0, index.length);
            return index.length;
        }
    }

    private final Namespaces namespaces;

    /** Creates the table. */
    public ContextTable(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    @Override
    public OID root() {
        return ENTRY;
    }

    @Override
    public List<Column<Names>> columns() {
        return COLUMNS;
    }

    @Override
    public Names rows() {
        return new Names(
                Stream.concat(Stream.of(""), namespaces.current().stream().map(Namespace::name))
                        .map(name -> name.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    @Override
    public boolean ready() {
        return namespaces.ready();
    }
}
