package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.namespaces.Namespace;
import io.tcpprobe.agent.namespaces.Namespaces;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;

/**
 * entLogicalTable of ENTITY-MIB (RFC 6933): what each context of this agent stands for. Its deprecated column for a community has no
 * values; nor have the addresses, because a context is read where this table is read.
 */
public final class LogicalEntityTable implements Table<LogicalEntityTable.Rows> {
    private static final OID ENTRY = new OID("1.3.6.1.2.1.47.1.2.1.1");
    private static final OID TCP_MIB = new OID("1.3.6.1.2.1.49");
    private static final int DESCRIPTION = 2;
    private static final int TYPE = 3;
    private static final int CONTEXT_ENGINE_ID = 7;
    private static final int CONTEXT_NAME = 8;

    /** The namespaces by number. */
    record Rows(List<Namespace> namespaces) implements TableRows {
        @Override
        public int size() {
            return namespaces.size();
        }

        @Override
        public int index(int row, int[] arcs) {
            arcs[0] = namespaces.get(row).number();
            return 1;
        }
    }

    private final Namespaces namespaces;
    private final List<Column<Rows>> columns;

    /**
     * Creates the table.
     *
     * @param engineId the engine id of the agent
     */
    public LogicalEntityTable(Namespaces namespaces, byte[] engineId) {
        this.namespaces = namespaces;
        this.columns = List.of(
                Column.octets(
                        DESCRIPTION,
                        OctetType.OCTET_STRING,
                        (rows, row) -> utf8(rows.namespaces.get(row).description())),
                Column.variable(TYPE, false, (_, _) -> TCP_MIB),
                Column.variable(CONTEXT_ENGINE_ID, false, (_, _) -> new OctetString(engineId)),
                Column.octets(
                        CONTEXT_NAME,
                        OctetType.OCTET_STRING,
                        (rows, row) -> utf8(rows.namespaces.get(row).name())));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public OID root() {
        return ENTRY;
    }

    @Override
    public List<Column<Rows>> columns() {
        return columns;
    }

    @Override
    public Rows rows() {
        return new Rows(namespaces.current().stream()
                .sorted(Comparator.comparingInt(Namespace::number))
                .toList());
    }

    @Override
    public boolean ready() {
        return namespaces.ready();
    }
}
