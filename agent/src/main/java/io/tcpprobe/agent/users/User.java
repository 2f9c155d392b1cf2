package io.tcpprobe.agent.users;

import java.util.Arrays;

/**
 * A user of SNMPv3 (RFC 3414) and of HTTP and JMX. Passphrases are not kept: only the keys that they and the engine's
 * identity give.
 *
 * @param name 1 to 32 letters, digits, dots, dashes and underscores
 * @param write whether the user may change settings
 * @param authenticationKey localized key of usmHMAC192SHA256AuthProtocol (RFC 7860), 32 bytes
 * @param privacyKey localized key of usmAesCfb128Protocol (RFC 3826), 16 bytes
 */
public record User(String name, boolean write, byte[] authenticationKey, byte[] privacyKey) {
    @Override
    public boolean equals(Object other) {
        return other instanceof User that
                && name.equals(that.name)
                && write == that.write
                && Arrays.equals(authenticationKey, that.authenticationKey)
                && Arrays.equals(privacyKey, that.privacyKey);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + (write ? " (may write)" : " (may read)"); // never the keys
    }
}
