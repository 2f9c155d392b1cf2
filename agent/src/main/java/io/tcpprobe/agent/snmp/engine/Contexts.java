package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.MibTree;
import java.util.Optional;
import org.snmp4j.smi.OctetString;

/** The contexts other than the default one (RFC 3411, 3.3.1). Its methods may wait until the kernel has been read. Thread-safe. */
@FunctionalInterface
public interface Contexts {
    /** No contexts. */
    Contexts NONE = _ -> Optional.empty();

    /** Returns the objects of a context; empty if there is no such context. */
    Optional<MibTree> objects(OctetString name);
}
