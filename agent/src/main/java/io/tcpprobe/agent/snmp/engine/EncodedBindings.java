package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.BerBuffer;
import java.io.IOException;
import java.io.OutputStream;
import org.snmp4j.asn1.BER;
import org.snmp4j.smi.Integer32;

/** The variable bindings of a response, already encoded, without the header of their sequence. */
record EncodedBindings(BerBuffer content) {
    /** Returns the size in bytes of a PDU's content with these bindings; {@code empty} is its size without bindings. */
    int payload(int empty) {
        int noLength = BER.getBERLengthOfLength(0);
        return empty - noLength + BER.getBERLengthOfLength(content.size()) + content.size();
    }

    /** Writes the PDU to a stream (RFC 3416, 3). */
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
