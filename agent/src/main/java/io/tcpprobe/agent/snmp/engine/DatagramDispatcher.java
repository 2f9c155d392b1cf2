package io.tcpprobe.agent.snmp.engine;

import java.io.IOException;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.TransportMapping;
import org.snmp4j.TransportStateReference;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.event.CounterEvent;
import org.snmp4j.mp.MessageProcessingModel;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.Integer32;

/**
 * SNMP4J's message dispatcher, hardened: no datagram can make it log a stack trace or end the receiving thread. A datagram that
 * is not an SNMP message is counted in snmpInASNParseErrs (RFC 3418).
 */
public final class DatagramDispatcher extends MessageDispatcherImpl {
    private final SnmpFailures failures;

    public DatagramDispatcher(SnmpFailures failures) {
        this.failures = failures;
    }

    @Override
    public <A extends Address> void processMessage(
            TransportMapping<? super A> transport, A from, BERInputStream message, TransportStateReference state) {
        try {
            fireIncrementCounter(new CounterEvent(this, SnmpConstants.snmpInPkts));
            Integer32 version = getSnmpVersion(message);
            MessageProcessingModel model = version == null ? null : getMessageProcessingModel(version.getValue());
            if (version == null) {
                failures.malformed(from, "SNMP message");
            } else if (model == null) {
                failures.badVersion(from, version.getValue());
            } else {
                dispatchMessage(transport, model, from, message, state);
            }
        } catch (IOException _) {
            failures.malformed(from, "SNMP message"); // the details would be useful to the sender only
        } catch (Throwable failed) { // including StackOverflowError and OutOfMemoryError: the next datagram may be fine
            failures.malformed(from, "SNMP message");
            failures.failed(from, "read a datagram", failed);
        }
    }
}
