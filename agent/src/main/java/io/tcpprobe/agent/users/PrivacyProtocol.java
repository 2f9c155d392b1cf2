package io.tcpprobe.agent.users;

import java.util.Arrays;
import java.util.Optional;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.PrivAES192;
import org.snmp4j.security.PrivAES256;
import org.snmp4j.smi.OID;

/**
 * The privacy protocols of SNMPv3 users: RFC 3826, and draft-blumenthal-aes-usm-04 for longer keys. All authentication protocols here
 * produce keys of 32 bytes or more, so a key never needs to be extended, for which there are several incompatible methods.
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

    /** Returns the protocol of a label, in upper or lower case; empty if there is none. */
    public static Optional<PrivacyProtocol> of(String label) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.label.equalsIgnoreCase(label))
                .findFirst();
    }

    /** Returns the name used in commands and in the users file: "AES-128". */
    public String label() {
        return label;
    }

    /** Returns the name used by net-snmp. */
    public String netSnmpName() {
        return this == AES_128 ? "AES" : label;
    }

    /** Returns the length of a key, in bytes. */
    int keyBytes() {
        return keyBytes;
    }

    /** Returns the object id of the protocol. */
    public OID oid() {
        return switch (this) {
            case AES_128 -> PrivAES128.ID;
            case AES_192 -> PrivAES192.ID;
            case AES_256 -> PrivAES256.ID;
        };
    }

    /** Derives the localized key from a passphrase for an engine: the first bytes of the authentication protocol's key. */
    byte[] key(String passphrase, byte[] engineId, AuthenticationProtocol authentication) {
        return Arrays.copyOf(authentication.key(passphrase, engineId), keyBytes);
    }
}
