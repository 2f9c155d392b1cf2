package io.tcpprobe.agent.users;

import java.util.Arrays;
import java.util.Optional;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.PrivAES192;
import org.snmp4j.security.PrivAES256;
import org.snmp4j.smi.OID;

/**
 * How the messages of a user of SNMPv3 are encrypted: RFC 3826, and draft-blumenthal-aes-usm-04 for longer keys. All
 * authentication protocols here give keys of 32 bytes or more, so a key never needs to be extended, which net-snmp and others do
 * in different ways.
 */
public enum PrivacyProtocol {
    AES_128("AES-128", 16),
    AES_192("AES-192", 24),
    AES_256("AES-256", 32);

    private final String label;
    private final int keyBytes;

    PrivacyProtocol(String label, int keyBytes) {
        this.label = label;
        this.keyBytes = keyBytes;
    }

    /** The protocol of a label, in upper or lower case; empty if there is none. */
    public static Optional<PrivacyProtocol> of(String label) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.label.equalsIgnoreCase(label))
                .findFirst();
    }

    /** What it is called in commands and in the file of users: "AES-128". */
    public String label() {
        return label;
    }

    /** What net-snmp calls it. */
    public String netSnmpName() {
        return this == AES_128 ? "AES" : label;
    }

    /** Length of a key, in bytes. */
    int keyBytes() {
        return keyBytes;
    }

    /** What it is called by SNMP. */
    public OID oid() {
        return switch (this) {
            case AES_128 -> PrivAES128.ID;
            case AES_192 -> PrivAES192.ID;
            case AES_256 -> PrivAES256.ID;
        };
    }

    /** The key that a passphrase gives for an engine: the beginning of the authentication protocol's. */
    byte[] key(String passphrase, byte[] engineId, AuthenticationProtocol authentication) {
        return Arrays.copyOf(authentication.key(passphrase, engineId), keyBytes);
    }
}
