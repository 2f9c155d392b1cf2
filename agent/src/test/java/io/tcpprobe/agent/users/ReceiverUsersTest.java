package io.tcpprobe.agent.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverUsersTest {
    private static final byte[] ENGINE = HexFormat.of().parseHex("80001f8804696e666f726d73");
    private static final String PASSPHRASE = "correct horse";

    @TempDir
    Path folder;

    @Test
    void shouldLocalizeKeysForTheEngineOfTheReceiver() throws IOException {
        ReceiverUsers.of(folder, ENGINE).add("ops", false, PASSPHRASE, PASSPHRASE);
        ReceiverUsers all = Users.open(folder, new byte[] {1, 2, 3, 4, 5}).ofReceivers();
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
        assertEquals(0, ReceiverUsers.read(folder).all().size());
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
