package io.tcpprobe.agent.snmp.model;

import java.util.List;
import org.snmp4j.smi.VariableBinding;

/** A subtree whose instances can be SET, in the two phases of RFC 3416, 4.2.5. */
public interface WritableSubtree extends Subtree {
    /**
     * Whether a SET would succeed. Changes nothing.
     *
     * @param who connector, user and address, for the audit line of what is refused here
     * @return an error status of RFC 3416, 0 for yes
     */
    int check(VariableBinding binding, String who);

    /**
     * Changes instances, all or none.
     *
     * @param bindings those of one request that lie in this subtree
     * @param who connector, user and address, for the audit line
     * @return an error status, 0 if it is done
     */
    int set(List<? extends VariableBinding> bindings, String who);
}
