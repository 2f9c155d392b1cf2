package io.tcpprobe.agent.users;

import java.util.Arrays;

/**
 * A user of SNMPv3 (RFC 3414), HTTP and JMX. Passphrases are not stored, only the keys derived from them and the engine's identity.
 *
 * @param name 1 to 32 letters, digits, dots, dashes and underscores
 * @param write true if the user may change settings
 * @param authentication the protocol of the authentication key
 * @param authenticationKey localized key of that protocol
 * @param privacy the protocol of the privacy key
 * @param privacyKey localized key of that protocol
 */
public record User(
        String name,
        boolean write,
        AuthenticationProtocol authentication,
        byte[] authenticationKey,
        PrivacyProtocol privacy,
        byte[] privacyKey) {
    @Override
    public boolean equals(Object other) {
        return other instanceof User that
                && name.equals(that.name)
                && write == that.write
                && authentication == that.authentication
                && privacy == that.privacy
                && Arrays.equals(authenticationKey, that.authenticationKey)
                && Arrays.equals(privacyKey, that.privacyKey);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        String rights = name + (write ? " (may write)" : " (may read)"); // without the keys
        boolean usual = authentication == AuthenticationProtocol.SHA_256 && privacy == PrivacyProtocol.AES_128;
        return usual ? rights : rights + ", " + authentication.label() + ' ' + privacy.label();
    }
}
