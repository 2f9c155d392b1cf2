package io.tcpprobe.agent.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
    private static final byte[] ENGINE = HexFormat.of().parseHex("80001f8805000102030405060708090a0b");
    private static final String KEYS = " SHA-256 " + "ab".repeat(32) + " AES-128 " + "cd".repeat(16);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("users");
    }

    private Users open() throws IOException {
        return Users.open(folder, ENGINE);
    }

    /** As the agent writes it: for its owner only. */
    private static Path write(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static Path write(Path file, String text) throws IOException {
        return write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> names(Users users) {
        return users.all().stream().map(User::toString).toList();
    }

    /** RFC 3414, A.2, with SHA-256: a megabyte of the passphrase, hashed; that hash around the engine's id, hashed. */
    private static byte[] localizedKey(String passphrase) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] bytes = passphrase.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 1_048_576; i++) {
            digest.update(bytes[i % bytes.length]);
        }
        byte[] key = digest.digest();
        digest.update(key);
        digest.update(ENGINE);
        return digest.digest(key);
    }

    @Test
    void shouldStoreTheLocalizedKeysAndNoPassphrase() throws Exception {
        open().add("ops", true, "maplesyrup", "k\u00e4se und brot");
        assertEquals(
                "ops rw SHA-256 " + HexFormat.of().formatHex(localizedKey("maplesyrup")) + " AES-128 "
                        + HexFormat.of().formatHex(Arrays.copyOf(localizedKey("k\u00e4se und brot"), 16)),
                Files.readAllLines(file).getLast());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void shouldAuthenticateByTheRightPassphraseOnly() throws IOException {
        Users users = open();
        users.add("ops", true, "authentication", "privacy-privacy");
        assertEquals(
                Optional.of("ops (may write)"),
                users.authenticate("ops", "authentication").map(User::toString));
        for (String wrong : List.of("", "a", "privacy-privacy", "Authentication", "authentication ")) {
            assertEquals(Optional.empty(), users.authenticate("ops", wrong), wrong);
        }
        assertEquals(Optional.empty(), users.authenticate("nobody", "authentication"));
        assertEquals(Optional.empty(), users.authenticate("", ""));
    }

    @Test
    void shouldFindItsUsersAgain() throws IOException {
        Users users = open();
        assertEquals(List.of(), names(users));
        users.add("ops", true, "passphrase-1", "passphrase-2");
        users.add("watch", false, "passphrase-3", "passphrase-4");
        Users again = open();
        assertEquals(List.of("ops (may write)", "watch (may read)"), names(again));
        assertArrayEquals(
                users.find("watch").orElseThrow().privacyKey(),
                again.find("watch").orElseThrow().privacyKey());
    }

    @Test
    void shouldReplacePassphrasesAndRightsOfAnExistingUser() throws IOException {
        Users users = open();
        users.add("ops", true, "passphrase-1", "passphrase-2");
        users.add("ops", false, "passphrase-3", "passphrase-4");
        assertEquals(List.of("ops (may read)"), names(users));
        assertTrue(users.authenticate("ops", "passphrase-1").isEmpty());
        assertTrue(users.authenticate("ops", "passphrase-3").isPresent());
    }

    @Test
    void shouldRemoveAUser() throws IOException {
        Users users = open();
        users.add("ops", true, "passphrase-1", "passphrase-2");
        assertFalse(users.remove("nobody"));
        assertTrue(users.remove("ops"));
        assertEquals(List.of(), names(users));
        assertEquals(List.of(), names(open()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "#ops", "o:s", "\u00e4", "a\nb", "123456789012345678901234567890123"})
    void shouldRefuseInvalidUserNames(String name) throws IOException {
        Users users = open();
        assertThrows(IllegalArgumentException.class, () -> users.add(name, true, "passphrase-1", "passphrase-2"));
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldRefuseAShortPassphrase() throws IOException {
        Users users = open();
        assertThrows(IllegalArgumentException.class, () -> users.add("ops", true, "1234567", "passphrase-2"));
        assertThrows(IllegalArgumentException.class, () -> users.add("ops", true, "passphrase-1", ""));
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldSeeWhatAnotherProcessHasChanged() throws IOException {
        Users users = open();
        long before = users.generation();
        open().add("ops", true, "passphrase-1", "passphrase-2");
        assertEquals(List.of(), names(users));
        assertTrue(users.reloadIfChanged());
        assertEquals(List.of("ops (may write)"), names(users));
        assertEquals(before + 1, users.generation());
        assertFalse(users.reloadIfChanged());
        assertEquals(before + 1, users.generation());
        Files.delete(file);
        assertTrue(users.reloadIfChanged());
        assertEquals(List.of(), names(users));
    }

    @Test
    void shouldSeeAChangeWithinOneTickOfTheFilesystemsClock() throws IOException {
        FileTime tick = FileTime.fromMillis(1_700_000_000_000L);
        Files.setLastModifiedTime(write(file, "ops rw" + KEYS + "\n"), tick);
        Users users = open();
        Path other = write(folder.resolve("other"), "ops ro" + KEYS + "\n");
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        Files.setLastModifiedTime(file, tick);
        assertTrue(users.reloadIfChanged());
        assertEquals(List.of("ops (may read)"), names(users));
    }

    @Test
    void shouldNotUndoWhatAnotherProcessHasChanged() throws IOException {
        Users one = open();
        Users other = open();
        one.add("ops", true, "passphrase-1", "passphrase-2");
        other.add("watch", false, "passphrase-3", "passphrase-4");
        assertEquals(List.of("ops (may write)", "watch (may read)"), names(open()));
        one.remove("ops");
        assertEquals(List.of("watch (may read)"), names(open()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ops",
                "ops rw",
                "ops rx SHA-256 {64} AES-128 {32}",
                "o:s rw SHA-256 {64} AES-128 {32}",
                "ops rw SHA-256 {62} AES-128 {32}",
                "ops rw SHA-256 {63} AES-128 {32}",
                "ops rw SHA-256 {64} AES-128 {34}",
                "ops rw SHA-512 {64} AES-128 {32}",
                "ops rw SHA-256 {64} DES {32}",
                "ops rw SHA-256 {64} AES-128 {32} more",
                "ops rw SHA-256 xyz AES-128 {32}",
                "watch ro SHA-256 {64} AES-128 {32}", // there twice
                "\0"
            })
    void shouldRefuseAnInvalidFileAndKeepItsUsers(String pattern) throws IOException {
        String line = pattern;
        for (int digits : new int[] {64, 63, 62, 34, 32}) {
            line = line.replace("{" + digits + "}", "a".repeat(digits));
        }
        Users users = open();
        users.add("ops", true, "passphrase-1", "passphrase-2");
        String text = "# users\n\nwatch ro" + KEYS + "\n" + line + "\n";
        Files.writeString(file, text);
        String message = assertThrows(IOException.class, users::reloadIfChanged).getMessage();
        assertTrue(message.startsWith("line 4"), message);
        assertFalse(users.reloadIfChanged(), "said once");
        assertEquals(List.of("ops (may write)"), names(users));
        assertThrows(IOException.class, this::open);
        assertThrows(IOException.class, () -> users.add("new", true, "passphrase-1", "passphrase-2"));
        assertThrows(IOException.class, () -> users.remove("ops"));
        assertEquals(text, Files.readString(file), "a file that makes no sense is not written over");
        Files.writeString(file, "watch ro" + KEYS + "\n");
        assertTrue(users.reloadIfChanged(), "mended");
        assertEquals(List.of("watch (may read)"), names(users));
    }

    @Test
    void shouldRefuseRandomBytes() throws IOException {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[1 + random.nextInt(100)];
            random.nextBytes(bytes);
            bytes[0] = '!';
            write(file, bytes);
            assertThrows(IOException.class, this::open, "seed " + seed);
        }
    }

    @Test
    void shouldNotLetItsUsersBeChangedFromOutside() throws IOException {
        Users users = open();
        users.add("ops", true, "passphrase-1", "passphrase-2");
        assertThrows(UnsupportedOperationException.class, () -> users.all().clear());
    }

    /** As ssh does with private keys. */
    @Test
    void shouldRefuseAFileThatOthersMayRead() throws IOException {
        Users users = open();
        users.add("ops", true, "passphrase-1", "passphrase-2");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        String refused = assertThrows(IOException.class, this::open).getMessage();
        assertTrue(refused.contains("rw-r-----") && refused.contains("chmod 600"), refused);
        assertThrows(IOException.class, () -> users.add("more", true, "passphrase-1", "passphrase-2"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertEquals(List.of("ops (may write)"), names(open()));
    }

    @Test
    void shouldLoseNoUserWhenManyAreAddedAtOnce() throws Exception {
        List<Future<?>> adding = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(12)) {
            for (int i = 0; i < 12; i++) {
                String name = "user-" + i;
                adding.add(threads.submit(() -> open().add(name, false, "passphrase-1", "passphrase-2")));
            }
        }
        for (Future<?> added : adding) {
            added.get();
        }
        assertEquals(12, open().all().size());
    }

    /** The test vectors are made by our own reading of RFC 3414, A.2, as in {@link #localizedKey}. */
    @ParameterizedTest
    @CsvSource({"SHA-256, AES-256, 32", "SHA-384, AES-192, 24", "SHA-512, AES-128, 16", "sha-512, aes-256, 32"})
    void shouldKeepTheProtocolsOfAUser(String authentication, String privacy, int privacyBytes) throws Exception {
        var authenticates = AuthenticationProtocol.of(authentication).orElseThrow();
        var encrypts = PrivacyProtocol.of(privacy).orElseThrow();
        open().add("ops", true, authenticates, "maplesyrup", encrypts, "privacy-privacy");
        Users again = open();
        User user = again.find("ops").orElseThrow();
        assertEquals(authenticates, user.authentication());
        assertEquals(encrypts, user.privacy());
        assertEquals(privacyBytes, user.privacyKey().length);
        assertEquals("ops (may write), " + authenticates.label() + " " + encrypts.label(), user.toString());
        assertTrue(again.authenticate("ops", "maplesyrup").isPresent());
        assertTrue(again.authenticate("ops", "maplesyrup!").isEmpty());
        assertTrue(again.authenticate("nobody", "maplesyrup").isEmpty());
    }

    @Test
    void shouldKnowNoOtherProtocols() {
        assertTrue(AuthenticationProtocol.of("MD5").isEmpty());
        assertTrue(PrivacyProtocol.of("DES").isEmpty());
    }
}
