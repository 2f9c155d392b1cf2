package io.tcpprobe.agent.snmp.engine;

import org.snmp4j.MessageDispatcher;
import org.snmp4j.MutablePDU;
import org.snmp4j.TransportStateReference;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.event.CounterEvent;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.MutableStateReference;
import org.snmp4j.mp.PduHandle;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.mp.StatusInformation;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OctetString;

/**
 * MPv3 that reports every rejected message with the user's name. The library has an event without the name, for some of the
 * reasons only, and does not count every malformed message.
 */
public final class CheckedMpv3 extends MPv3 {
    private final SnmpFailures failures;

    public CheckedMpv3(
            byte[] engineId,
            SecurityProtocols protocols,
            SecurityModels models,
            CounterSupport counts,
            SnmpFailures failures) {
        super(engineId, null, protocols, models, counts);
        this.failures = failures;
    }

    @Override
    public <A extends Address> int prepareDataElements(
            MessageDispatcher dispatcher,
            A from,
            BERInputStream message,
            TransportStateReference transport,
            Integer32 model,
            Integer32 securityModel,
            OctetString user,
            Integer32 level,
            MutablePDU pdu,
            PduHandle handle,
            Integer32 maxResponse,
            StatusInformation statusInformation,
            MutableStateReference<A> state) {
        int status = super.prepareDataElements(
                dispatcher,
                from,
                message,
                transport,
                model,
                securityModel,
                user,
                level,
                pdu,
                handle,
                maxResponse,
                statusInformation,
                state);
        if (status == SnmpConstants.SNMP_MP_PARSE_ERROR) {
            failures.malformed(from, "SNMPv3 message");
        } else if (status != SnmpConstants.SNMP_MP_OK) {
            failures.refused(from, user, status);
        }
        return status;
    }

    /** Ignores the library's events for malformed messages: {@link SnmpFailures} counts each of them once. */
    @Override
    protected void fireIncrementCounter(CounterEvent event) {
        if (!event.getOid().equals(SnmpConstants.snmpInASNParseErrs)) {
            super.fireIncrementCounter(event);
        }
    }
}
