package io.tcpprobe.agent.http;

import io.tcpprobe.agent.users.User;
import java.util.Optional;
import java.util.function.BiFunction;

/** Checks few passphrases at once: each costs hashes of a megabyte (RFC 3414, A.2). Thread-safe. */
final class PassphraseChecks {
    private final Places places;
    private final BiFunction<String, String, Optional<User>> authenticate;

    /** Too many passphrases are being checked. */
    static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("too many passphrases at once", null, false, false); // made at will by clients: no stack trace
        }
    }

    /**
     * Nothing is being checked.
     *
     * @param atOnce how many passphrases are checked at once; those of one client are three quarters of that at most, or one
     * @param authenticate returns the user of a name and a passphrase
     */
    PassphraseChecks(int atOnce, BiFunction<String, String, Optional<User>> authenticate) {
        this.places = new Places(atOnce);
        this.authenticate = authenticate;
    }

    /**
     * The user, if the passphrase is the user's. Does not wait for other checks.
     *
     * @throws BusyException if too many others are being checked
     */
    Optional<User> check(String name, String passphrase, Object client) throws BusyException {
        if (!places.take(client)) {
            throw new BusyException();
        }
        try {
            return authenticate.apply(name, passphrase);
        } finally {
            places.giveBack(client);
        }
    }
}
