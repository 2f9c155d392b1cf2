package io.tcpprobe.agent.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverUsersTest {
    private static final byte[] ENGINE = HexFormat.of().parseHex("80001f8804696e666f726d73");
    private static final String PASSPHRASE = "correct horse";

    private static final String FILE = "users-80001f8804696e666f726d73";
    private static final byte[] OTHER = {9, 9, 9, 9, 9};

    @TempDir
    Path folder;

    private final List<Problem> warnings = new ArrayList<>();

    private ReceiverUsers read() throws IOException {
        warnings.clear();
        return ReceiverUsers.read(folder, Clock.systemUTC(), warnings);
    }

    @Test
    void shouldReadTheOtherReceiversIfOneFileIsDamaged() throws IOException {
        ReceiverUsers.of(folder, ENGINE).add("ops", false, PASSPHRASE, PASSPHRASE);
        ReceiverUsers.of(folder, OTHER).add("other", false, PASSPHRASE, PASSPHRASE);
        assertFalse(read().lost());
        Files.writeString(folder.resolve(FILE), "ops rw\n");
        ReceiverUsers all = read();
        assertTrue(all.has("other"));
        assertFalse(all.has("ops"));
        assertTrue(all.lost());
        assertEquals(1, warnings.size(), warnings::toString);
        String warning = warnings.getFirst().toString();
        assertTrue(
                warning.startsWith("read " + folder.resolve(FILE) + ": line 1 is not a user entry; it was renamed to"));
        assertTrue(warning.contains("'tcpprobe user add NAME --inform 80001f8804696e666f726d73'"), warning);
        assertFalse(Files.exists(folder.resolve(FILE)));
        assertTrue(read().lost(), "at the next start as well");
        assertEquals(List.of(), warnings);
        ReceiverUsers.of(folder, ENGINE).add("ops", false, PASSPHRASE, PASSPHRASE);
        assertFalse(read().lost());
    }

    @Test
    void shouldLeaveAFileThatOthersCanRead() throws IOException {
        ReceiverUsers.of(folder, ENGINE).add("ops", false, PASSPHRASE, PASSPHRASE);
        Files.setPosixFilePermissions(folder.resolve(FILE), PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(read().lost());
        assertTrue(warnings.getFirst().toString().contains("run chmod 600"), warnings::toString);
        assertTrue(Files.exists(folder.resolve(FILE)));
    }

    @Test
    void shouldLocalizeKeysForTheEngineOfTheReceiver() throws IOException {
        ReceiverUsers.of(folder, ENGINE).add("ops", false, PASSPHRASE, PASSPHRASE);
        ReceiverUsers all = Users.open(folder, new byte[] {1, 2, 3, 4, 5}).ofReceivers(warnings);
        assertEquals(1, all.all().size());
        assertArrayEquals(ENGINE, all.all().getFirst().engineId());
        assertArrayEquals(
                AuthenticationProtocol.SHA_256.key(PASSPHRASE, ENGINE),
                all.all().getFirst().user().authenticationKey());
        assertTrue(all.has("ops"));
        assertFalse(all.has("other"));
    }

    @Test
    void shouldNotTakeOtherFilesForUsersOfAReceiver() throws IOException {
        Files.writeString(folder.resolve("users-8000"), "garbage");
        Files.writeString(folder.resolve("users-backup"), "garbage");
        Users.open(folder, ENGINE).add("ops", false, PASSPHRASE, PASSPHRASE);
        assertEquals(
                0, ReceiverUsers.read(folder, Clock.systemUTC(), warnings).all().size());
    }

    @Test
    void shouldParseEngineIds() {
        assertArrayEquals(ENGINE, ReceiverUsers.engineId("0x80001F8804696e666f726d73"));
        assertArrayEquals(ENGINE, ReceiverUsers.engineId("80001f8804696e666f726d73"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "80001f88", "80001f880", "80001f88zz", "../80001f8804"})
    void shouldRefuseOtherEngineIds(String text) {
        assertThrows(IllegalArgumentException.class, () -> ReceiverUsers.engineId(text));
    }
}
