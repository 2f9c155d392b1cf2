package io.tcpprobe.agent.snmp.engine;

import java.util.List;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

/** Sends notifications in the background. */
public interface NotificationQueue extends AutoCloseable {
    /**
     * Sends a notification soon, or drops it if the queue is full; never blocks.
     *
     * @param notification the value of snmpTrapOID.0
     * @param objects what follows it
     */
    void offer(OID notification, List<VariableBinding> objects);

    @Override
    void close();
}
