package io.tcpprobe.agent.snmp;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snmp4j.agent.DefaultMOScope;
import org.snmp4j.agent.MOScope;
import org.snmp4j.agent.mo.GenericManagedObject;
import org.snmp4j.agent.request.SnmpRequest;
import org.snmp4j.agent.request.SubRequest;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** Shows a {@link Subtree} to SNMP4J-Agent. */
final class SubtreeObject implements GenericManagedObject {
    private final Subtree subtree;
    private final MOScope scope;

    SubtreeObject(Subtree subtree) {
        this.subtree = subtree;
        this.scope = new DefaultMOScope(subtree.root(), true, subtree.root().nextPeer(), false);
    }

    @Override
    public MOScope getScope() {
        return scope;
    }

    @Override
    public @Nullable OID find(MOScope range) {
        VariableBinding found = subtree.next(range.getLowerBound(), range.isLowerIncluded());
        if (found == null) {
            return null;
        }
        OID upper = range.getUpperBound();
        int order = upper == null ? -1 : found.getOid().compareTo(upper);
        return order < 0 || order == 0 && range.isUpperIncluded() ? found.getOid() : null;
    }

    @Override
    public void get(SubRequest<?> request) {
        VariableBinding binding = request.getVariableBinding();
        binding.setVariable(subtree.get(binding.getOid()));
        request.completed();
    }

    @Override
    @SuppressWarnings("deprecation") // in favour of the one below, but still abstract
    public boolean next(SubRequest<?> request) {
        return next(request, _ -> true);
    }

    @Override
    public boolean next(SubRequest<?> request, Function<OID, Boolean> visible) {
        MOScope range = request.getScope();
        VariableBinding found = subtree.next(range.getLowerBound(), range.isLowerIncluded());
        while (found != null && !visible.apply(found.getOid())) {
            found = subtree.next(found.getOid(), false);
        }
        if (found == null) {
            return false;
        }
        request.getVariableBinding().setOid(found.getOid());
        request.getVariableBinding().setVariable(found.getVariable());
        request.completed();
        return true;
    }

    @Override
    public void prepare(SubRequest<?> request) {
        finish(
                request,
                subtree instanceof WritableSubtree writable
                        ? writable.check(request.getVariableBinding())
                        : SnmpConstants.SNMP_ERROR_NOT_WRITEABLE);
    }

    @Override
    public void commit(SubRequest<?> request) {
        VariableBinding binding = request.getVariableBinding();
        Variable before = subtree.get(binding.getOid());
        int status = write(request, binding.getVariable());
        if (status == SnmpConstants.SNMP_ERROR_SUCCESS) {
            request.setUndoValue(before);
        }
        finish(request, status);
    }

    @Override
    public void undo(SubRequest<?> request) {
        boolean undone = !(request.getUndoValue() instanceof Variable before)
                || write(request, before) == SnmpConstants.SNMP_ERROR_SUCCESS;
        finish(request, undone ? SnmpConstants.SNMP_ERROR_SUCCESS : SnmpConstants.SNMP_ERROR_UNDO_FAILED);
    }

    @Override
    public void cleanup(SubRequest<?> request) {
        request.completed();
    }

    private int write(SubRequest<?> request, Variable value) {
        return subtree instanceof WritableSubtree writable
                ? writable.set(request.getVariableBinding().getOid(), value, who(request))
                : SnmpConstants.SNMP_ERROR_COMMIT_FAILED;
    }

    private static String who(SubRequest<?> request) {
        if (request.getRequest() instanceof SnmpRequest snmp) {
            return "snmp user " + snmp.getSecurityName() + " from "
                    + snmp.getSource().getPeerAddress();
        }
        return "snmp";
    }

    private static void finish(SubRequest<?> request, int status) {
        if (status == SnmpConstants.SNMP_ERROR_SUCCESS) {
            request.completed();
        } else {
            request.getStatus().setErrorStatus(status);
        }
    }
}
