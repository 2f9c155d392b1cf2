package io.tcpprobe.agent.snmp.model;

import java.nio.charset.StandardCharsets;
import org.snmp4j.asn1.BER;
import org.snmp4j.smi.IpAddress;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Variable;

/** The octet types of SNMP (RFC 2578, 7.1). */
public enum OctetType {
    /** Also InetAddress, DateAndTime and SnmpAdminString. */
    OCTET_STRING(BER.OCTETSTRING) {
        @Override
        public Variable variable(byte[] octets) {
            return new OctetString(octets);
        }
    },
    /** Four octets: IPv4 only. */
    IP_ADDRESS(BER.IPADDRESS) {
        @Override
        public Variable variable(byte[] octets) {
            return new IpAddress(octets);
        }
    };

    private final int tag;

    OctetType(byte tag) {
        this.tag = tag;
    }

    /** Returns a text as octets; each character that is not ASCII becomes a question mark. */
    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the value as an SNMP4J variable. */
    public abstract Variable variable(byte[] octets);

    /** Writes the value as SNMP sends it. */
    public void encode(byte[] octets, BerBuffer to) {
        to.octets(tag, octets);
    }
}
