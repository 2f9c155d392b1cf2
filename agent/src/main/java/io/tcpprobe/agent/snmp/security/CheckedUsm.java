package io.tcpprobe.agent.snmp.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.TransportStateReference;
import org.snmp4j.asn1.BER;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.asn1.BEROutputStream;
import org.snmp4j.event.CounterEvent;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.mp.StatusInformation;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityParameters;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.SecurityStateReference;
import org.snmp4j.security.USM;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.VariableBinding;

/**
 * USM that detects a wrong privacy key. AES in CFB mode decrypts with any key, and a wrong one yields noise: a result that does
 * not begin as a scopedPDU (RFC 3412, 6.8) is a decryption failure. It is counted in usmStatsDecryptionErrors and reported to the
 * sender (RFC 3414, 3.2, step 8), which would get no response otherwise.
 */
public final class CheckedUsm extends USM {
    private static final long serialVersionUID = 1;
    private static final int MAX_ENGINE_ID = 32;

    /** An encoded scopedPDU of this engine, with request-id 0 and without variables. */
    private final byte[] nothing;

    public CheckedUsm(SecurityProtocols protocols, OctetString engineId, int engineBoots, CounterSupport counts)
            throws IOException {
        super(protocols, engineId, engineBoots, counts);
        ScopedPDU empty = new ScopedPDU();
        empty.setType(PDU.GET);
        empty.setContextEngineID(engineId);
        ByteBuffer encoded = ByteBuffer.allocate(empty.getBERLength());
        empty.encodeBER(new BEROutputStream(encoded));
        nothing = encoded.array();
    }

    @Override
    public int processIncomingMsg(
            int version,
            int maxMessageSize,
            SecurityParameters parameters,
            SecurityModel model,
            int level,
            BERInputStream message,
            TransportStateReference transport,
            OctetString engineId,
            OctetString userName,
            BEROutputStream scopedPdu,
            Integer32 maxResponse,
            SecurityStateReference state,
            StatusInformation statusInformation)
            throws IOException {
        int status = super.processIncomingMsg(
                version,
                maxMessageSize,
                parameters,
                model,
                level,
                message,
                transport,
                engineId,
                userName,
                scopedPdu,
                maxResponse,
                state,
                statusInformation);
        boolean decrypted = status == SnmpConstants.SNMPv3_USM_OK && beginsScopedPdu(scopedPdu.getBuffer());
        if (level != SecurityLevel.AUTH_PRIV
                || decrypted
                || status != SnmpConstants.SNMPv3_USM_OK && status != SnmpConstants.SNMPv3_USM_DECRYPTION_ERROR) {
            return status;
        }
        scopedPdu.setFilledBuffer(ByteBuffer.wrap(nothing)); // the library takes the report's context from there
        CounterEvent event = new CounterEvent(this, SnmpConstants.usmStatsDecryptionErrors);
        fireIncrementCounter(event);
        statusInformation.setSecurityLevel(new Integer32(SecurityLevel.AUTH_NOPRIV));
        statusInformation.setErrorIndication(new VariableBinding(event.getOid(), event.getCurrentValue()));
        return SnmpConstants.SNMPv3_USM_DECRYPTION_ERROR;
    }

    /** Returns true if a buffer begins with a sequence that fits into it and that begins with an engine id. */
    private static boolean beginsScopedPdu(ByteBuffer decrypted) {
        ByteBuffer bytes = decrypted.duplicate();
        bytes.rewind();
        try {
            var in = new BERInputStream(bytes);
            var type = new BER.MutableByte();
            int length = BER.decodeHeader(in, type);
            if (type.getValue() != BER.SEQUENCE || length > bytes.remaining()) {
                return false;
            }
            int engineId = BER.decodeHeader(in, type);
            return type.getValue() == BER.OCTETSTRING && engineId <= MAX_ENGINE_ID;
        } catch (IOException | RuntimeException _) {
            return false; // noise
        }
    }
}
