package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.BerBuffer;
import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.NotReadyException;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.agent.snmp.model.Table;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.snmp4j.agent.mo.GenericManagedObject;
import org.snmp4j.asn1.BER;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.SMIConstants;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/**
 * Moves from instance to instance, through all objects in order, and writes the visible ones as variable bindings. In tables it
 * moves from row to row without searching.
 */
final class Walk {
    private final NextRequest<?> request;

    /** The object id that was written last outside of a table; at first, the requested one. */
    private OID bound;

    /** The index of the current object in the tree. */
    private int place;

    private @Nullable TableWalk<?> table;

    /** Starts after an object id. */
    Walk(NextRequest<?> request, OID bound) {
        this.request = request;
        this.bound = bound;
        this.place = request.tree().after(bound);
    }

    /**
     * Writes the next instance; returns false, and writes nothing, if there is none.
     *
     * @throws NotReadyException if the kernel must be read first and the request may not wait
     */
    boolean next(BerBuffer to) {
        if (table != null) {
            if (table.step()) {
                table.write(to);
                return true;
            }
            leaveTable(table);
        }
        for (; place < request.tree().size(); place++) {
            if (write(request.tree().get(place), to)) {
                return true;
            }
        }
        return false;
    }

    private void leaveTable(TableWalk<?> left) {
        bound = left.lastOid();
        table = null;
        place++;
    }

    private boolean write(GenericManagedObject object, BerBuffer to) {
        if (!request.mayWait() && !MibTree.ready(object)) {
            throw new NotReadyException();
        }
        if (object instanceof SubtreeObject subtreeObject && subtreeObject.subtree() instanceof Table<?> some) {
            TableWalk<?> entered = new TableWalk<>(request, some);
            if (!entered.seek(bound)) {
                return false;
            }
            table = entered;
            entered.write(to);
            return true;
        }
        VariableBinding found = find(object);
        if (found == null) {
            return false;
        }
        bound = found.getOid();
        write(found.getOid(), found.getVariable(), to);
        return true;
    }

    private @Nullable VariableBinding find(GenericManagedObject object) {
        VariableBinding found = step(object, bound);
        while (found != null && request.narrow() && found.getSyntax() == SMIConstants.SYNTAX_COUNTER64) {
            found = step(object, found.getOid());
        }
        return found;
    }

    private @Nullable VariableBinding step(GenericManagedObject object, OID after) {
        if (!(object instanceof SubtreeObject subtreeObject)) {
            return request.next(object, after);
        }
        VariableBinding found = subtreeObject.subtree().next(after, false);
        while (found != null && !request.view().shows(found.getOid())) {
            found = subtreeObject.subtree().next(found.getOid(), false);
        }
        return found;
    }

    /** Returns true if there was no next instance. */
    boolean ended() {
        return place == request.tree().size();
    }

    /** Writes endOfMibView. Not for SNMPv1, which does not have it. */
    void writeEnd(BerBuffer to) {
        write(bound, Null.endOfMibView, to);
    }

    private static void write(OID oid, Variable value, BerBuffer to) {
        try {
            int binding = to.begin(BER.SEQUENCE);
            oid.encodeBER(to);
            value.encodeBER(to);
            to.end(binding);
        } catch (IOException impossible) {
            throw new IllegalStateException("write " + oid + " into a buffer: " + impossible.getMessage(), impossible);
        }
    }
}
