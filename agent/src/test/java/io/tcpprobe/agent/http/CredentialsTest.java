package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.users.Users;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final byte[] ENGINE = {1, 2, 3, 4, 5};

    private Path folder;
    private Users users;
    private Credentials credentials;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        folder = state;
        users = Users.open(state, ENGINE);
        users.add("ops", true, "correct:horse", "battery staple");
        credentials = new Credentials(users, new byte[16]);
    }

    private static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldKnowUserByAuthenticationPassphrase() {
        for (int i = 0; i < 2; i++) { // the second time it is remembered
            assertTrue(credentials.check("Basic " + basic("ops:correct:horse")).isPresent());
            assertTrue(credentials.check("bAsIc  " + basic("ops:correct:horse")).isPresent());
            assertFalse(
                    credentials.check("Basic " + basic("ops:battery staple")).isPresent());
            assertFalse(credentials.check("Basic " + basic("ops:correct")).isPresent());
            assertFalse(
                    credentials.check("Basic " + basic("other:correct:horse")).isPresent());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Basic", "Basic ", "Basic !!!", "Basic b3Bz", "Basic b3BzOg==", "Bearer x", "Digest a=b"})
    void shouldRefuseWhatMakesNoSense(String header) {
        assertFalse(credentials.check(header).isPresent());
    }

    @Test
    void shouldForgetPassphraseThatIsNoLongerRight() throws Exception {
        String old = "Basic " + basic("ops:correct:horse");
        assertTrue(credentials.check(old).orElseThrow().write());
        users.add("ops", false, "another horse", "battery staple");
        assertFalse(credentials.check(old).isPresent());
        assertFalse(credentials
                .check("Basic " + basic("ops:another horse"))
                .orElseThrow()
                .write());
        users.remove("ops");
        assertFalse(credentials.check("Basic " + basic("ops:another horse")).isPresent());
    }

    @Test
    void shouldKnowUserThatAnotherProcessAdded() throws Exception {
        Users other = Users.open(folder, ENGINE);
        Thread.sleep(20); // the file's time must differ
        other.add("new", false, "a new passphrase", "another one");
        assertEquals(
                "new",
                credentials
                        .check("Basic " + basic("new:a new passphrase"))
                        .orElseThrow()
                        .name());
    }
}
