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
 * SNMP4J's message dispatcher, that nothing in a datagram can make log a stack trace or end the thread which has received it.
 * Whatever is not an SNMP message is counted in snmpInASNParseErrs (RFC 3418).
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
            failures.malformed(from, "SNMP message"); // what was wrong is of no use to anybody but its sender
        } catch (Throwable failed) { // a StackOverflowError or OutOfMemoryError, too: the next datagram is another one
            failures.malformed(from, "SNMP message");
            failures.failed(from, "read a datagram", failed);
        }
    }
}
