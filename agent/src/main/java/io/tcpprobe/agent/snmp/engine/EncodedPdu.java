package io.tcpprobe.agent.snmp.engine;

import java.io.IOException;
import java.io.OutputStream;
import org.snmp4j.PDU;

/** An SNMPv1 or v2c response whose variable bindings are already encoded. */
final class EncodedPdu extends PDU {
    private static final long serialVersionUID = 1;

    private final transient EncodedBindings bindings;

    EncodedPdu(EncodedBindings bindings) {
        this.bindings = bindings;
        setType(RESPONSE);
    }

    @Override
    protected int getBERPayloadLengthPDU() {
        return bindings.payload(super.getBERPayloadLengthPDU());
    }

    @Override
    public void encodeBER(OutputStream to) throws IOException {
        bindings.encode(type, getBERPayloadLengthPDU(), to, requestID, errorStatus, errorIndex);
    }

    /** Also drops the encoded bindings; the library clears a response that is too big. */
    @Override
    public void clear() {
        super.clear();
        bindings.content().truncate(0);
    }
}
