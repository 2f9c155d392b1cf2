package io.tcpprobe.agent.snmp.model;

import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** All object instances below one object id, in the order of their ids. Thread-safe. */
public interface Subtree {
    /** Returns the object id that all instances begin with. */
    OID root();

    /**
     * Returns the value of an instance, or one of the exceptions of RFC 3416, 4.2.1: noSuchObject if this object cannot have
     * instances there, noSuchInstance if only this instance does not exist.
     */
    Variable get(OID instance);

    /** Returns the first instance after {@code bound}, or at it if {@code inclusive}, with its value; null if there is none. */
    @Nullable
    VariableBinding next(OID bound, boolean inclusive);

    /** Returns true if it can answer without waiting; if not, the kernel must be read first, which takes milliseconds. */
    default boolean ready() {
        return true;
    }

    /** Returns true if {@link #get} can answer without waiting for an instance below {@link #root}. */
    default boolean ready(OID instance) {
        return ready();
    }
}
