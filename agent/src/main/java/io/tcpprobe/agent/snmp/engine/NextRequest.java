package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableCursor;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.agent.snmp.model.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.PDU;
import org.snmp4j.agent.DefaultMOQuery;
import org.snmp4j.agent.MOContextScope;
import org.snmp4j.agent.mo.GenericManagedObject;
import org.snmp4j.agent.mo.snmp.CoexistenceInfo;
import org.snmp4j.agent.request.SnmpRequest;
import org.snmp4j.agent.request.SubRequest;
import org.snmp4j.mp.MPv1;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

/** A GETNEXT or GETBULK request in progress: the state that all its variables share. */
public final class NextRequest<A extends Address> {
    private final CommandResponderEvent<A> command;
    private final CoexistenceInfo coexistence;
    private final MibTree tree;
    private final View view;
    private boolean mayWait;
    private final Map<Table<?>, TableRows> rows = new HashMap<>();

    /** @param mayWait true if the request may wait until the kernel has been read */
    public NextRequest(
            CommandResponderEvent<A> command, CoexistenceInfo coexistence, MibTree tree, View view, boolean mayWait) {
        this.command = command;
        this.coexistence = coexistence;
        this.tree = tree;
        this.view = view;
        this.mayWait = mayWait;
    }

    CommandResponderEvent<A> command() {
        return command;
    }

    /** Returns the PDU of the request. */
    PDU pdu() {
        return command.getPDU();
    }

    /** Returns the object id of a variable, counted from 1. */
    OID oid(int variable) {
        return pdu().get(variable - 1).getOid();
    }

    MibTree tree() {
        return tree;
    }

    /** Returns true if the request may wait until the kernel has been read. */
    boolean mayWait() {
        return mayWait;
    }

    /** Makes the request fail with {@link NotReadyException} instead of waiting, from now on. */
    void stopWaiting() {
        mayWait = false;
    }

    View view() {
        return view;
    }

    /** Returns true if the request uses SNMPv1, which has neither Counter64 nor endOfMibView. */
    boolean narrow() {
        return command.getMessageProcessingModel() == MPv1.ID;
    }

    /** Returns a new cursor in a table; all variables of this request read the same rows. */
    <R extends TableRows> TableCursor<R> cursor(Table<R> table) {
        @SuppressWarnings("unchecked") // rows are stored under the table that returned them
        R known = (R) rows.computeIfAbsent(table, Table::rows);
        return new TableCursor<>(table, known, this::mayWait);
    }

    /** Returns the first visible instance after {@code bound} in an object of the library; null if there is none. */
    @Nullable
    VariableBinding next(GenericManagedObject object, OID bound) {
        var single = new CommandResponderEvent<>(command.getSource(), command);
        single.setPDU(new PDU(PDU.GETNEXT, List.of(new VariableBinding(bound))));
        SubRequest<?> request = new SnmpRequest(single, coexistence).iterator().next();
        var query = new DefaultMOQuery((MOContextScope) request.getScope());
        if (object.find(query, view::shows) == null || !object.next(request, view::shows)) {
            return null;
        }
        return request.getVariableBinding();
    }
}
