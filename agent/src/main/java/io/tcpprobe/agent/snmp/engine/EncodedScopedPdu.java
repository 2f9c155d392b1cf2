package io.tcpprobe.agent.snmp.engine;

import java.io.IOException;
import java.io.OutputStream;
import org.snmp4j.ScopedPDU;
import org.snmp4j.asn1.BER;

/** An SNMPv3 response whose variable bindings are already encoded; USM encrypts and signs the output. */
final class EncodedScopedPdu extends ScopedPDU {
    private static final long serialVersionUID = 1;

    private final transient EncodedBindings bindings;

    EncodedScopedPdu(EncodedBindings bindings, ScopedPDU request) {
        this.bindings = bindings;
        setType(RESPONSE);
        setContextEngineID(request.getContextEngineID());
        setContextName(request.getContextName());
    }

    @Override
    protected int getBERPayloadLengthPDU() {
        return bindings.payload(super.getBERPayloadLengthPDU());
    }

    @Override
    public void encodeBER(OutputStream to) throws IOException {
        BER.encodeHeader(to, BER.SEQUENCE, getBERPayloadLength());
        getContextEngineID().encodeBER(to);
        getContextName().encodeBER(to);
        bindings.encode(type, getBERPayloadLengthPDU(), to, requestID, errorStatus, errorIndex);
    }

    /** Also drops the encoded bindings; the library clears a response that is too big. */
    @Override
    public void clear() {
        super.clear();
        bindings.content().truncate(0);
    }
}
