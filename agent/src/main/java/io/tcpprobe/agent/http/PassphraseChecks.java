package io.tcpprobe.agent.http;

import io.tcpprobe.agent.users.User;
import java.util.Optional;
import java.util.function.BiFunction;

/** Limits concurrent passphrase checks: each hashes a megabyte (RFC 3414, A.2). Thread-safe. */
final class PassphraseChecks {
    private final Places places;
    private final BiFunction<String, String, Optional<User>> authenticate;

    /** Too many passphrases are being checked. */
    static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("too many passphrases at once", null, false, false); // clients can cause it at will: no stack trace
        }
    }

    /**
     * Creates it; nothing is being checked.
     *
     * @param atOnce maximum passphrases checked at once; one client gets at most three quarters of that, or one
     * @param authenticate returns the user with this name and passphrase
     */
    PassphraseChecks(int atOnce, BiFunction<String, String, Optional<User>> authenticate) {
        this.places = new Places(atOnce);
        this.authenticate = authenticate;
    }

    /**
     * Returns the user if the passphrase is right; else empty. Does not wait for other checks.
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
            places.release(client);
        }
    }
}
