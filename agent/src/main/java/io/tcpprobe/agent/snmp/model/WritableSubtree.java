package io.tcpprobe.agent.snmp.model;

import java.util.List;
import org.snmp4j.smi.VariableBinding;

/** A subtree whose instances can be SET, in the two phases of RFC 3416, 4.2.5. */
public interface WritableSubtree extends Subtree {
    /**
     * Checks whether a SET would succeed; changes nothing.
     *
     * @param who connector, user and address, for the audit log of a refusal
     * @return an error status of RFC 3416; 0 if the SET would succeed
     */
    int check(VariableBinding binding, String who);

    /**
     * Changes instances, all or none.
     *
     * @param bindings the bindings of one request in this subtree
     * @param who connector, user and address, for the audit log
     * @return an error status of RFC 3416; 0 on success
     */
    int set(List<? extends VariableBinding> bindings, String who);
}
