package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.flows.Snapshots;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.ScopedPDU;
import org.snmp4j.agent.CommandProcessor;
import org.snmp4j.agent.mo.snmp.CoexistenceInfo;
import org.snmp4j.agent.request.SnmpRequest;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.OctetString;

/** SNMP4J-Agent's command processor, with the traps closed that it has when left as it is. */
final class Responder extends CommandProcessor {
    /**
     * Greatest size of a response's PDU. The library allows v2c 65,512 bytes, but a UDP datagram ends at 65,507, headers and
     * all: what lies between would be computed and never sent.
     */
    private static final int GREATEST_PDU = 65_000;

    /** More repetitions are cut to this: the library makes room for all that are asked for before it looks. */
    private static final int GREATEST_REPETITIONS = 2_000;

    private final Snapshots snapshots;

    Responder(OctetString engineId, Snapshots snapshots) {
        super(engineId);
        this.snapshots = snapshots;
        SnmpRequest.setMaxRepetitionsLimit(GREATEST_REPETITIONS);
    }

    @Override
    public <A extends Address> void processPdu(CommandResponderEvent<A> event) {
        event.setMaxSizeResponsePDU(Math.min(event.getMaxSizeResponsePDU(), GREATEST_PDU));
        super.processPdu(event);
    }

    /**
     * Answers every request from one snapshot. One for an unknown context is answered before it is queued: the library would
     * keep it there for five minutes.
     */
    @Override
    protected <A extends Address> void dispatchCommand(CommandResponderEvent<A> command, CoexistenceInfo coexistence) {
        if (command.getPDU() instanceof ScopedPDU scoped && isContextNotSupported(scoped.getContextName(), command)) {
            return;
        }
        snapshots.during(() -> super.dispatchCommand(command, coexistence));
    }
}
