package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.BerBuffer;
import java.io.IOException;
import java.io.OutputStream;
import org.snmp4j.asn1.BER;
import org.snmp4j.smi.Integer32;

/** The variable bindings of a response, encoded already, without the header of their sequence. */
record EncodedBindings(BerBuffer content) {
    /** Bytes of a PDU's content with these bindings, if it is {@code empty} bytes without any. */
    int payload(int empty) {
        int noLength = BER.getBERLengthOfLength(0);
        return empty - noLength + BER.getBERLengthOfLength(content.size()) + content.size();
    }

    /** Writes a PDU (RFC 3416, 3). */
    void encode(int type, int payload, OutputStream to, Integer32 request, Integer32 status, Integer32 index)
            throws IOException {
        BER.encodeHeader(to, type, payload);
        request.encodeBER(to);
        status.encodeBER(to);
        index.encodeBER(to);
        BER.encodeHeader(to, BER.SEQUENCE, content.size());
        content.writeTo(to);
    }
}
