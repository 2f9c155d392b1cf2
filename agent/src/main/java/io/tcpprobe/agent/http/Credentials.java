package io.tcpprobe.agent.http;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.agent.users.Users;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks HTTP Basic credentials (RFC 7617). A passphrase check hashes a megabyte (RFC 3414, A.2), so few run at once, and further
 * ones are refused, not queued. Valid credentials are cached, hashed, as long as the user's key is unchanged; checking them
 * against the cache never waits. Thread-safe.
 */
final class Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
    private static final String SCHEME = "basic ";
    private static final int REMEMBERED = 100;

    private final Users users;
    private final byte[] salt;
    private final BoundedLog log;
    private final PassphraseChecks checks;
    private final Map<String, Verified> verified = new ConcurrentHashMap<>();

    /** Cached valid credentials, for a user who had this key. */
    private record Verified(byte[] hash, byte[] key) {}

    /**
     * Creates a check for these users.
     *
     * @param salt random bytes
     * @param checks checks passphrases that are not cached
     */
    Credentials(Users users, byte[] salt, PassphraseChecks checks, BoundedLog log) {
        this.users = users;
        this.salt = salt.clone();
        this.log = log;
        this.checks = checks;
    }

    /**
     * Returns the user with these credentials; empty if they are wrong or malformed.
     *
     * @param client see {@link io.tcpprobe.agent.http.server.HttpRequest#client}
     * @throws PassphraseChecks.BusyException if they could not be checked, because too many others are being checked
     */
    Optional<User> check(String authorization, Object client) throws PassphraseChecks.BusyException {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        String pair = new String(decoded, StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        return colon < 0 ? Optional.empty() : check(pair.substring(0, colon), pair.substring(colon + 1), client);
    }

    private Optional<User> check(String name, String passphrase, Object client) throws PassphraseChecks.BusyException {
        users.reloadIfChanged(LOG, log);
        byte[] hash = hash(passphrase);
        Optional<User> known = users.find(name).filter(user -> isVerified(verified.get(name), hash, user));
        if (known.isPresent() || passphrase.isEmpty()) {
            return known;
        }
        Optional<User> user = checks.check(name, passphrase, client);
        user.ifPresent(one -> cacheVerified(name, new Verified(hash, one.authenticationKey())));
        return user;
    }

    private void cacheVerified(String name, Verified one) {
        if (verified.size() >= REMEMBERED) {
            verified.clear();
        }
        verified.put(name, one);
    }

    private static boolean isVerified(@Nullable Verified verified, byte[] hash, User user) {
        return verified != null
                && MessageDigest.isEqual(verified.hash, hash)
                && MessageDigest.isEqual(verified.key, user.authenticationKey());
    }

    private byte[] hash(String passphrase) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return digest.digest(passphrase.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
