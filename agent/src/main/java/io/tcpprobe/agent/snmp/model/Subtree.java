package io.tcpprobe.agent.snmp.model;

import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** All object instances below one object id, in the order of their ids. Used by several threads at a time. */
public interface Subtree {
    /** The object id that all instances begin with. */
    OID root();

    /**
     * The value of an instance, or one of the exceptions of RFC 3416, 4.2.1: noSuchObject if no instance of this object could
     * be there, noSuchInstance if only this one is not.
     */
    Variable get(OID instance);

    /** The first instance behind {@code bound}, or at it if {@code inclusive}, with its value; null at the end. */
    @Nullable
    VariableBinding next(OID bound, boolean inclusive);

    /** Whether it can answer at once; if not, the kernel must be read first, which takes milliseconds. */
    default boolean ready() {
        return true;
    }

    /** Returns true if {@link #get} can answer at once for an instance below {@link #root}. */
    default boolean ready(OID instance) {
        return ready();
    }
}
