package io.tcpprobe.agent.users;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.config.AtomicFile;
import io.tcpprobe.config.ChangeLock;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProcessUser;
import io.tcpprobe.config.StateFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code users} of the state folder (mode 0600); authenticates users. It has one line per user:
 *
 * <pre>
 *   name ro|rw SHA-256|SHA-384|SHA-512 hex AES-128|AES-192|AES-256 hex
 * </pre>
 */
public final class Users {
    /** RFC 3414, 11.2: managers refuse shorter passphrases. */
    public static final int MIN_PASSPHRASE = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Users.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,32}");

    private final Path file;
    private final byte[] engineId;

    /** The last fault of the file. */
    private final LastFailure failure = new LastFailure();

    private volatile Map<String, User> users = Map.of();
    private volatile long generation;
    private @Nullable Version read;

    /** Identifies a version of the file, which is always replaced, never modified in place. */
    private record Version(
            Optional<FileTime> modified,
            long size,
            @Nullable Object key) {}

    private Users(Path file, byte[] engineId) {
        this.file = file;
        this.engineId = engineId;
    }

    /**
     * Reads the users of a state folder; there are none if the file is missing.
     *
     * @throws IOException if the file cannot be read or is invalid
     */
    public static Users open(Path stateFolder, byte[] engineId) throws IOException {
        Users opened = unread(stateFolder, engineId);
        opened.reloadIfChanged();
        return opened;
    }

    /** Returns the users of another file of the state folder, for another engine, before it is read. */
    static Users unread(Path stateFolder, String file, byte[] engineId) {
        return new Users(stateFolder.resolve(file), engineId);
    }

    /** Returns the users of a state folder before the file is read: none until {@link #reloadIfChanged} is called. */
    static Users unread(Path stateFolder, byte[] engineId) {
        return new Users(stateFolder.resolve("users"), engineId);
    }

    /**
     * Reads the file again if it has changed since.
     *
     * @return true if it had changed
     * @throws IOException if it cannot be read or is invalid; the users are unchanged. Thrown once; the same fault is then retried silently
     */
    public synchronized boolean reloadIfChanged() throws IOException {
        try {
            Version now = version();
            if (read != null && now.equals(read)) { // a record's equals is made at its first use, which the start saves
                failure.over();
                return false;
            }
            publish(read(), now);
            return true;
        } catch (IOException failed) {
            if (failure.isNew(failed.toString())) {
                throw failed;
            }
            return false;
        }
    }

    /**
     * Reads the file for the agent, which runs without these users if that fails. A damaged file is renamed; one that cannot be read stays.
     *
     * @param clock stamps the name of a damaged file
     * @param consequences what follows
     * @param warnings receives the problem
     * @throws IOException if a damaged file cannot be renamed
     */
    void readForAgent(Clock clock, Consequences consequences, List<Problem> warnings) throws IOException {
        try {
            reloadIfChanged();
        } catch (DamagedFileException damaged) {
            Path aside = StateFiles.renameToBad(file, clock);
            reloadIfChanged(); // the file is missing now, so there are no users
            warnings.add(new Problem(
                    "read",
                    file.toString(),
                    damaged.getMessage() + "; it was renamed to " + aside.getFileName(),
                    consequences.damaged));
        } catch (IOException unusable) {
            warnings.add(new Problem("read", file.toString(), Problem.cause(unusable), consequences.unusable));
        }
    }

    /** What follows, and the remedy, if a file is damaged, and if it cannot be read. */
    record Consequences(String damaged, String unusable) {}

    /** Reads the file again if it has changed; a failure is logged, and the users that were read before stay. */
    public void reloadIfChanged(Logger logger, BoundedLog log) {
        try {
            reloadIfChanged();
        } catch (IOException failed) {
            log.warn(
                    logger,
                    "read users",
                    failed.toString(),
                    "read users: " + failed.getMessage() + "; the users read before are used");
        }
    }

    private synchronized void publish(Map<String, User> all, Version version) {
        users = Collections.unmodifiableMap(all);
        read = version;
        failure.over();
        generation++;
    }

    private Version version() throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new Version(Optional.of(attributes.lastModifiedTime()), attributes.size(), attributes.fileKey());
        } catch (NoSuchFileException _) {
            return new Version(Optional.empty(), 0, null);
        }
    }

    private Map<String, User> read() throws IOException {
        Map<String, User> found = new TreeMap<>();
        int number = 0;
        for (String line : lines()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                User user = parse(line, number);
                if (found.put(user.name(), user) != null) {
                    throw new DamagedFileException("line " + number + ": duplicate user");
                }
            }
        }
        return found;
    }

    private List<String> lines() throws IOException {
        try {
            return StateFiles.secretLines(file, ProcessUser.fileSystemId());
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (CharacterCodingException _) {
            throw new DamagedFileException("not UTF-8 text");
        }
    }

    private User parse(String line, int number) throws IOException {
        String[] words = line.strip().split(" +", -1);
        try {
            if (words.length == 6
                    && NAME.matcher(words[0]).matches()
                    && (words[1].equals("ro") || words[1].equals("rw"))) {
                AuthenticationProtocol authentication =
                        AuthenticationProtocol.of(words[2]).orElseThrow(IllegalArgumentException::new);
                PrivacyProtocol privacy = PrivacyProtocol.of(words[4]).orElseThrow(IllegalArgumentException::new);
                byte[] authenticationKey = HexFormat.of().parseHex(words[3]);
                byte[] privacyKey = HexFormat.of().parseHex(words[5]);
                if (authenticationKey.length == authentication.keyBytes() && privacyKey.length == privacy.keyBytes()) {
                    return new User(
                            words[0], words[1].equals("rw"), authentication, authenticationKey, privacy, privacyKey);
                }
            }
        } catch (IllegalArgumentException _) {
            // reported below, like every other fault of the line
        }
        throw new DamagedFileException("line " + number + " is not a user entry");
    }

    /** Returns a number that increases with every change of the users; as long as it is the same, so are the users. */
    public long generation() {
        return generation;
    }

    /**
     * Returns true if users may be missing because a file cannot be used: it has not been readable since the start, or it was renamed as
     * damaged, now or at an earlier start, and no user has been added since.
     */
    public synchronized boolean lost() {
        return read == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS) && StateFiles.hasBadCopy(file);
    }

    /** Returns all users, by name. */
    public Collection<User> all() {
        return users.values();
    }

    /** Returns the user of this name; empty if there is none. */
    public Optional<User> find(String name) {
        return Optional.ofNullable(users.get(name));
    }

    /** Returns the user if the passphrase is the user's authentication passphrase, otherwise empty. An unknown name uses the same time. */
    public Optional<User> authenticate(String name, String passphrase) {
        if (passphrase.isEmpty()) {
            return Optional.empty(); // matches no user, and no key can be derived from it
        }
        Map<AuthenticationProtocol, byte[]> keys = new EnumMap<>(AuthenticationProtocol.class);
        keys.put(AuthenticationProtocol.SHA_256, new byte[0]);
        users.values().forEach(user -> keys.put(user.authentication(), new byte[0]));
        keys.replaceAll((protocol, _) -> protocol.key(passphrase, engineId));
        return find(name)
                .filter(user -> MessageDigest.isEqual(user.authenticationKey(), keys.get(user.authentication())));
    }

    /**
     * Adds a user, or replaces the passphrases and rights of an existing one.
     *
     * @throws IllegalArgumentException if the name or a passphrase is invalid; the message has the reason
     * @throws IOException if the file cannot be read or written, or is invalid; nothing has changed then
     */
    public User add(String name, boolean write, String authentication, String privacy) throws IOException {
        return add(name, write, AuthenticationProtocol.SHA_256, authentication, PrivacyProtocol.AES_128, privacy);
    }

    /** Does the same with other protocols than SHA-256 and AES-128. */
    public synchronized User add(
            String name,
            boolean write,
            AuthenticationProtocol authenticationProtocol,
            String authentication,
            PrivacyProtocol privacyProtocol,
            String privacy)
            throws IOException {
        checkName(name);
        checkPassphrase(authentication);
        checkPassphrase(privacy);
        User user = new User(
                name,
                write,
                authenticationProtocol,
                authenticationProtocol.key(authentication, engineId),
                privacyProtocol,
                privacyProtocol.key(privacy, engineId, authenticationProtocol));
        try (ChangeLock _ = ChangeLock.take(folder())) {
            Map<String, User> more = read(); // another process may have changed the file
            more.put(name, user);
            write(more);
        }
        return user;
    }

    /**
     * Checks a name before further input is requested.
     *
     * @throws IllegalArgumentException if the name is invalid; the message has the reason
     */
    public static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(Problem.quote(name)
                    + " is not a valid user name; use 1 to 32 letters, digits, dots, dashes and underscores");
        }
    }

    /**
     * Checks a passphrase.
     *
     * @throws IllegalArgumentException if it is too short; the message has the reason
     */
    public static void checkPassphrase(String passphrase) {
        if (passphrase.length() < MIN_PASSPHRASE) {
            throw new IllegalArgumentException(
                    "a passphrase is too short; use " + MIN_PASSPHRASE + " characters or more (RFC 3414, 11.2)");
        }
    }

    /**
     * Reads the users as whom informs are sent, which the same folder holds.
     *
     * @param warnings receives the files that cannot be used, whose users are missing
     * @throws IOException if the folder cannot be read or written
     */
    public ReceiverUsers ofReceivers(List<Problem> warnings) throws IOException {
        return ReceiverUsers.read(folder(), Clock.systemUTC(), warnings);
    }

    private Path folder() {
        return Objects.requireNonNull(file.getParent(), "the file is in the state folder");
    }

    /**
     * Removes a user.
     *
     * @return true if the user existed
     * @throws IOException if the file cannot be read or written, or is invalid; nothing has changed then
     */
    public synchronized boolean remove(String name) throws IOException {
        try (ChangeLock _ = ChangeLock.take(folder())) {
            Map<String, User> fewer = read();
            if (fewer.remove(name) == null) {
                return false;
            }
            write(fewer);
            return true;
        }
    }

    private void write(Map<String, User> all) throws IOException {
        var lines = new ArrayList<String>();
        lines.add("# name, rights, and keys derived from the passphrases and this engine's identity");
        HexFormat hex = HexFormat.of();
        for (User user : all.values()) {
            lines.add(String.join(
                    " ",
                    user.name(),
                    user.write() ? "rw" : "ro",
                    user.authentication().label(),
                    hex.formatHex(user.authenticationKey()),
                    user.privacy().label(),
                    hex.formatHex(user.privacyKey())));
        }
        AtomicFile.write(file, String.join("\n", lines) + "\n", "rw-------");
        publish(all, version());
        LOG.debug("users written: {}", all.size());
    }
}
