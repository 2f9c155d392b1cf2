package io.tcpprobe.agent.snmp.objects;

import java.nio.charset.StandardCharsets;
import org.snmp4j.asn1.BER;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Variable;

/**
 * Converts a text setting to and from DisplayString (SIZE (0..255)) of RFC 2579.
 *
 * @param whenEmpty the value sent for an empty text
 */
record DisplayStringCodec(String whenEmpty) implements SettingCodec<String> {
    private static final int MAX_OCTETS = 255;

    @Override
    public Variable variable(String value) {
        String text = value.isEmpty() ? whenEmpty : value;
        return new OctetString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int check(Variable variable) {
        if (variable.getSyntax() != BER.OCTETSTRING || !(variable instanceof OctetString octets)) {
            return SnmpConstants.SNMP_ERROR_WRONG_TYPE;
        }
        return octets.length() <= MAX_OCTETS ? SnmpConstants.SNMP_ERROR_SUCCESS : SnmpConstants.SNMP_ERROR_WRONG_LENGTH;
    }

    /** Decodes each octet as one character; the setting refuses characters outside ASCII. */
    @Override
    public String value(Variable variable) {
        return new String(((OctetString) variable).getValue(), StandardCharsets.ISO_8859_1);
    }
}
