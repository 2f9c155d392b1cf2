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

/** A GETNEXT or GETBULK that is being answered: what all its variables have in common. */
public final class NextRequest<A extends Address> {
    private final CommandResponderEvent<A> command;
    private final CoexistenceInfo coexistence;
    private final MibTree tree;
    private final View view;
    private boolean patient;
    private final Map<Table<?>, TableRows> rows = new HashMap<>();

    /** @param patient whether it may wait for the kernel to be read */
    public NextRequest(
            CommandResponderEvent<A> command, CoexistenceInfo coexistence, MibTree tree, View view, boolean patient) {
        this.command = command;
        this.coexistence = coexistence;
        this.tree = tree;
        this.view = view;
        this.patient = patient;
    }

    CommandResponderEvent<A> command() {
        return command;
    }

    /** What was asked. */
    PDU pdu() {
        return command.getPDU();
    }

    /** The object id of a variable, counted from 1. */
    OID oid(int variable) {
        return pdu().get(variable - 1).getOid();
    }

    MibTree tree() {
        return tree;
    }

    /** Whether it may wait for the kernel to be read. */
    boolean patient() {
        return patient;
    }

    /** From now on, it waits for nothing. */
    void hurry() {
        patient = false;
    }

    View view() {
        return view;
    }

    /** Whether it came by SNMPv1, which has neither Counter64 nor endOfMibView. */
    boolean narrow() {
        return command.getMessageProcessingModel() == MPv1.ID;
    }

    /** A place in a table, among the rows that all variables of this request get. */
    <R extends TableRows> TableCursor<R> cursor(Table<R> table) {
        @SuppressWarnings("unchecked") // what a table gave is kept under this table
        R known = (R) rows.computeIfAbsent(table, Table::rows);
        return new TableCursor<>(table, known, this::patient);
    }

    /** The first instance that can be seen behind {@code bound} in an object of the library's; null if there is none. */
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
