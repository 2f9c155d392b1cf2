package io.tcpprobe.agent.http;

import io.tcpprobe.agent.users.User;
import io.tcpprobe.agent.users.Users;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the credentials of HTTP Basic (RFC 7617) are a user's. A passphrase costs a hash of a megabyte (RFC 3414, A.2), so
 * one is tried at a time, and right ones are remembered, hashed, as long as the user's key is the same.
 */
final class Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
    private static final String SCHEME = "basic ";
    private static final int REMEMBERED = 100;

    private final Users users;
    private final byte[] salt;
    private final Map<String, Right> right = new LinkedHashMap<>();

    /** Credentials that were right, for a user who had this key. */
    private record Right(byte[] hash, byte[] key) {}

    /**
     * Of these users.
     *
     * @param salt random bytes
     */
    Credentials(Users users, byte[] salt) {
        this.users = users;
        this.salt = salt.clone();
    }

    /** The user whose credentials these are; nobody if they are wrong or make no sense. */
    Optional<User> check(String authorization) {
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
        return colon < 0 ? Optional.empty() : check(pair.substring(0, colon), pair.substring(colon + 1));
    }

    private synchronized Optional<User> check(String name, String passphrase) {
        try {
            users.reloadIfChanged();
        } catch (IOException failed) {
            LOG.warn("read users: {}; the users read before are used", failed.getMessage());
        }
        byte[] hash = hash(passphrase);
        Optional<User> known = users.find(name).filter(user -> remembered(right.get(name), hash, user));
        if (known.isPresent()) {
            return known;
        }
        Optional<User> user = passphrase.isEmpty() ? Optional.empty() : users.authenticate(name, passphrase);
        if (user.isPresent()) {
            if (right.size() >= REMEMBERED) {
                right.clear();
            }
            right.put(name, new Right(hash, user.get().authenticationKey()));
        }
        return user;
    }

    private static boolean remembered(@Nullable Right right, byte[] hash, User user) {
        return right != null
                && MessageDigest.isEqual(right.hash, hash)
                && MessageDigest.isEqual(right.key, user.authenticationKey());
    }

    private byte[] hash(String passphrase) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return digest.digest(passphrase.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
