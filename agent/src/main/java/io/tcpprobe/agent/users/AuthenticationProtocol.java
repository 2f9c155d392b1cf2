package io.tcpprobe.agent.users;

import java.util.Arrays;
import java.util.Optional;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.AuthHMAC256SHA384;
import org.snmp4j.security.AuthHMAC384SHA512;
import org.snmp4j.security.AuthSHA2;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;

/** The authentication protocols of SNMPv3 users (RFC 7860). */
public enum AuthenticationProtocol {
    SHA_256("SHA-256", 32),
    SHA_384("SHA-384", 48),
    SHA_512("SHA-512", 64);

    private final String label;
    private final int keyBytes;

    AuthenticationProtocol(String label, int keyBytes) {
        this.label = label;
        this.keyBytes = keyBytes;
    }

    private AuthSHA2 algorithm() {
        return switch (this) {
            case SHA_256 -> new AuthHMAC192SHA256();
            case SHA_384 -> new AuthHMAC256SHA384();
            case SHA_512 -> new AuthHMAC384SHA512();
        };
    }

    /** Returns the protocol of a label, in upper or lower case; empty if there is none. */
    public static Optional<AuthenticationProtocol> of(String label) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.label.equalsIgnoreCase(label))
                .findFirst();
    }

    /** Returns the name used in commands, in the users file and by net-snmp: "SHA-256". */
    public String label() {
        return label;
    }

    /** Returns the length of a key, in bytes. */
    int keyBytes() {
        return keyBytes;
    }

    /** Returns the object id of the protocol. */
    public OID oid() {
        return algorithm().getID();
    }

    /** Derives the localized key from a passphrase for an engine (RFC 3414, A.2; RFC 7860, 9.3). */
    byte[] key(String passphrase, byte[] engineId) {
        return algorithm().passwordToKey(new OctetString(passphrase), engineId);
    }
}
