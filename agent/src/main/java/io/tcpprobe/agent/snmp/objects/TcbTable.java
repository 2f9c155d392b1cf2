package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.snmp.engine.Responder;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.ConnectionIndex;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.WritableSubtree;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.TerminationException;
import io.tcpprobe.kernel.diag.Tcb;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.mibs.TcpMibTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/**
 * A table of connections whose state can be SET to deleteTCB(12) only. The second phase of a SET deletes exactly the connections
 * that the first phase found; this cannot be undone.
 */
public final class TcbTable implements Table<SocketRows>, WritableSubtree {
    private final SocketTable table;
    private final int stateColumn;
    private final ConnectionTerminator deletions;
    private final RequestScope requests;

    /**
     * Creates a table.
     *
     * @param stateColumn the column that can be SET
     * @param requests provides the state of the request that the current thread processes
     */
    public TcbTable(SocketTable table, int stateColumn, ConnectionTerminator deletions, RequestScope requests) {
        this.table = table;
        this.stateColumn = stateColumn;
        this.deletions = deletions;
        this.requests = requests;
    }

    @Override
    public OID root() {
        return table.root();
    }

    @Override
    public List<Column<SocketRows>> columns() {
        return table.columns();
    }

    @Override
    public SocketRows rows() {
        return table.rows();
    }

    @Override
    public boolean ready() {
        return table.ready();
    }

    /**
     * Checks in the order of RFC 3416, 4.2.5: (2) notWritable, (3) wrongType, (6) wrongValue, (7) noCreation, and what follows.
     */
    @Override
    public int check(VariableBinding binding, String who) {
        OID instance = binding.getOid();
        int column = root().size();
        if (instance.size() <= column || instance.get(column) != stateColumn) {
            return SnmpConstants.SNMP_ERROR_NOT_WRITEABLE;
        }
        if (!(binding.getVariable() instanceof Integer32)) {
            return SnmpConstants.SNMP_ERROR_WRONG_TYPE;
        }
        if (!deletes(binding.getVariable())) {
            return SnmpConstants.SNMP_ERROR_WRONG_VALUE;
        }
        SocketEndpoints ends = ConnectionIndex.read(table.order(), instance.getValue(), column + 1);
        if (ends == null) {
            return SnmpConstants.SNMP_ERROR_NO_CREATION;
        }
        try {
            found().put(instance, deletions.find(ends, OptionalLong.empty(), who));
            return SnmpConstants.SNMP_ERROR_SUCCESS;
        } catch (TerminationException refused) {
            markRefusalAudited();
            return switch (refused.reason()) {
                case NOT_THERE -> SnmpConstants.SNMP_ERROR_INCONSISTENT_NAME;
                case LISTENER ->
                    get(instance).isException()
                            ? SnmpConstants.SNMP_ERROR_INCONSISTENT_NAME
                            : SnmpConstants.SNMP_ERROR_INCONSISTENT_VALUE;
                case NOT_POSSIBLE -> SnmpConstants.SNMP_ERROR_RESOURCE_UNAVAILABLE;
                case FAILED -> SnmpConstants.SNMP_ERROR_GENERAL_ERROR;
            };
        }
    }

    private static boolean deletes(Variable value) {
        return value instanceof Integer32 state && state.getValue() == TcpMibTable.DELETE_TCB;
    }

    /** Marks the refusal as audited: {@link ConnectionTerminator} audits what it refuses. */
    private void markRefusalAudited() {
        requests.once(Responder.REFUSAL_AUDITED, AtomicBoolean::new).set(true);
    }

    /** Returns the connections that the first phase of this request found, by instance. */
    private Map<OID, Tcb> found() {
        return requests.once(this, HashMap::new);
    }

    @Override
    public int set(List<? extends VariableBinding> bindings, String who) {
        Map<OID, Tcb> found = found();
        Set<Long> deleted = new HashSet<>();
        for (VariableBinding binding : bindings) {
            Tcb tcb = found.get(binding.getOid());
            if (tcb == null || !deletes(binding.getVariable())) {
                return SnmpConstants.SNMP_ERROR_UNDO_FAILED; // a deletion cannot be undone
            }
            try {
                if (!deleted.contains(tcb.cookie())) {
                    deletions.delete(tcb, who);
                    deleted.add(tcb.cookie());
                }
            } catch (TerminationException refused) {
                markRefusalAudited();
                return deleted.isEmpty() ? unchanged(refused) : SnmpConstants.SNMP_ERROR_UNDO_FAILED;
            }
        }
        return SnmpConstants.SNMP_ERROR_SUCCESS;
    }

    private static int unchanged(TerminationException refused) {
        return switch (refused.reason()) {
            case NOT_POSSIBLE -> SnmpConstants.SNMP_ERROR_RESOURCE_UNAVAILABLE;
            case NOT_THERE, LISTENER, FAILED -> SnmpConstants.SNMP_ERROR_COMMIT_FAILED;
        };
    }
}
