package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.logging.BoundedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.agent.CommandProcessor;
import org.snmp4j.agent.mo.snmp.CoexistenceInfo;
import org.snmp4j.agent.mo.snmp.CoexistenceInfoProvider;
import org.snmp4j.agent.mo.snmp.SNMPv2MIB;
import org.snmp4j.asn1.BEROutputStream;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.PduHandle;
import org.snmp4j.mp.StateReference;
import org.snmp4j.mp.StatusInformation;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;

/** Gives requests to a command processor without a network, and keeps the bytes of what it answers. */
final class InMemoryDispatcher extends MessageDispatcherImpl {
    private final CommandProcessor processor;
    private final OctetString engineId;
    private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();

    InMemoryDispatcher(CommandProcessor processor, OctetString engineId) {
        this.processor = processor;
        this.engineId = engineId;
        processor.setCoexistenceProvider(new Communities());
    }

    /** Counts and logs what clients do wrong; its counters are served by nobody. */
    static SnmpFailures failures() {
        return new SnmpFailures(new BoundedLog(System::nanoTime), counters());
    }

    static SnmpCounters counters() {
        return new SnmpCounters(new SNMPv2MIB(new OctetString(), new OID("1.3.6.1"), new Integer32(72)));
    }

    /** Every community is a security name. */
    private final class Communities implements CoexistenceInfoProvider {
        @Override
        public CoexistenceInfo[] getCoexistenceInfo(OctetString community) {
            return new CoexistenceInfo[] {new CoexistenceInfo(community, engineId, new OctetString())};
        }

        @Override
        public OctetString getCommunity(OctetString name, OctetString engine, OctetString context) {
            return name;
        }

        @Override
        public boolean passesFilter(Address address, CoexistenceInfo info) {
            return true;
        }
    }

    /**
     * Asks.
     *
     * @param model the message processing model: 0 for v1, 1 for v2c, 3 for v3
     * @param most what the manager takes
     * @return the PDU that is answered, encoded; empty if none is at once
     */
    byte[] ask(PDU pdu, int model, String user, int most) {
        PDU asked = (PDU) pdu.clone();
        if (asked instanceof ScopedPDU scoped) {
            scoped.setContextEngineID(engineId);
        }
        var event = new CommandResponderEvent<>(
                this,
                null,
                new UdpAddress("127.0.0.1/4"),
                model,
                model == MPv3.ID ? 3 : model + 1,
                new OctetString(user).getValue(),
                model == MPv3.ID ? SecurityLevel.AUTH_PRIV : SecurityLevel.NOAUTH_NOPRIV,
                new PduHandle(1),
                asked,
                most,
                new StateReference<UdpAddress>());
        processor.processPdu(event);
        byte[] answer = answers.poll();
        return answer == null ? new byte[0] : answer;
    }

    /** The same, with an answer that may take a while. */
    byte[] askAndWait(PDU pdu, int model, String user, int most) throws InterruptedException {
        byte[] answer = ask(pdu, model, user, most);
        if (answer.length == 0) {
            answer = answers.poll(1, TimeUnit.SECONDS);
        }
        return answer == null ? new byte[0] : answer;
    }

    /** Waits for an answer that was not there at once. */
    byte[] later() throws InterruptedException {
        byte[] answer = answers.poll(10, TimeUnit.SECONDS);
        return Objects.requireNonNull(answer, "no answer within 10 s");
    }

    @Override
    public <A extends Address> int returnResponsePdu(
            int model,
            int securityModel,
            byte[] securityName,
            int securityLevel,
            PDU pdu,
            int most,
            StateReference<A> reference,
            StatusInformation status) {
        try {
            answers.add(encode(pdu));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return 0;
    }

    static byte[] encode(PDU pdu) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(pdu.getBERLength());
        pdu.encodeBER(new BEROutputStream(buffer));
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
