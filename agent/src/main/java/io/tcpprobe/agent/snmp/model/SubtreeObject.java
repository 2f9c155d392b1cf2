package io.tcpprobe.agent.snmp.model;

import java.util.List;
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

/** Adapts a {@link Subtree} to SNMP4J-Agent. */
public final class SubtreeObject implements GenericManagedObject {
    private final Subtree subtree;
    private final MOScope scope;

    public SubtreeObject(Subtree subtree) {
        this.subtree = subtree;
        this.scope = new DefaultMOScope(subtree.root(), true, subtree.root().nextPeer(), false);
    }

    /** Returns the adapted subtree. */
    public Subtree subtree() {
        return subtree;
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
    @SuppressWarnings("deprecation") // replaced by the method below, but still abstract
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
                subtree instanceof WritableSubtree writable && request.getRequest() instanceof SnmpRequest whole
                        ? writable.check(request.getVariableBinding(), who(whole))
                        : SnmpConstants.SNMP_ERROR_NOT_WRITEABLE);
    }

    /**
     * Commits all variables of a request in this subtree at once, when called for the first of them; later calls find them done.
     */
    @Override
    public void commit(SubRequest<?> request) {
        request.setUndoValue(subtree.get(request.getVariableBinding().getOid()));
        if (!(request.getRequest() instanceof SnmpRequest whole) || !(subtree instanceof WritableSubtree writable)) {
            finish(request, SnmpConstants.SNMP_ERROR_COMMIT_FAILED);
            return;
        }
        if (whole.getProcessingUserObject(this) == null) {
            List<? extends VariableBinding> ownBindings = whole.getSource().getPDU().getVariableBindings().stream()
                    .filter(binding -> scope.covers(binding.getOid()))
                    .toList();
            whole.setProcessingUserObject(this, writable.set(ownBindings, who(whole)));
        }
        finish(request, (Integer) whole.getProcessingUserObject(this));
    }

    @Override
    public void undo(SubRequest<?> request) {
        boolean undone = true;
        if (request.getUndoValue() instanceof Variable before
                && request.getRequest() instanceof SnmpRequest whole
                && subtree instanceof WritableSubtree writable
                && Integer.valueOf(SnmpConstants.SNMP_ERROR_SUCCESS).equals(whole.getProcessingUserObject(this))) {
            var binding = new VariableBinding(request.getVariableBinding().getOid(), before);
            undone = writable.set(List.of(binding), who(whole)) == SnmpConstants.SNMP_ERROR_SUCCESS;
        }
        finish(request, undone ? SnmpConstants.SNMP_ERROR_SUCCESS : SnmpConstants.SNMP_ERROR_UNDO_FAILED);
    }

    @Override
    public void cleanup(SubRequest<?> request) {
        request.completed();
    }

    /** Returns the sender of a request, for the audit log. */
    public static String who(SnmpRequest request) {
        return "snmp user " + request.getSecurityName() + " from "
                + request.getSource().getPeerAddress();
    }

    private static void finish(SubRequest<?> request, int status) {
        if (status == SnmpConstants.SNMP_ERROR_SUCCESS) {
            request.completed();
        } else {
            request.getStatus().setErrorStatus(status);
        }
    }
}
