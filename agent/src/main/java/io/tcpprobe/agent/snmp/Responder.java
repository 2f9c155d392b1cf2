package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.flows.Snapshots;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.PDU;
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

    /** Requests with more variables are refused as tooBig: no manager sends them, and they cost much to answer. */
    private static final int MOST_VARIABLES = 500;

    /**
     * Variables times repetitions of a GETBULK are cut to this: the library makes room for all that are asked for before it
     * looks, and its time grows with their square. RFC 3416, 4.2.3, lets a responder give fewer.
     */
    private static final int MOST_REPEATED = 2_000;

    private final Snapshots snapshots;

    Responder(OctetString engineId, Snapshots snapshots) {
        super(engineId);
        this.snapshots = snapshots;
        SnmpRequest.setMaxRepetitionsLimit(MOST_REPEATED);
    }

    @Override
    public <A extends Address> void processPdu(CommandResponderEvent<A> event) {
        event.setMaxSizeResponsePDU(Math.min(event.getMaxSizeResponsePDU(), GREATEST_PDU));
        PDU pdu = event.getPDU();
        if (pdu != null && pdu.getType() == PDU.GETBULK) {
            pdu.setMaxRepetitions(Math.min(pdu.getMaxRepetitions(), MOST_REPEATED / Math.max(1, pdu.size())));
        }
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
        if (command.getPDU().size() > MOST_VARIABLES) {
            refuse(command);
            return;
        }
        snapshots.during(() -> super.dispatchCommand(command, coexistence));
    }

    private <A extends Address> void refuse(CommandResponderEvent<A> command) {
        PDU response = (PDU) command.getPDU().clone();
        response.clear();
        response.setType(PDU.RESPONSE);
        response.setRequestID(command.getPDU().getRequestID());
        response.setErrorStatus(PDU.tooBig);
        response.setErrorIndex(0);
        command.setProcessed(true);
        sendResponse(command, response);
    }
}
