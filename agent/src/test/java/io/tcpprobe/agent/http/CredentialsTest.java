package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.agent.users.Users;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static final int MAX_CONCURRENT = 4;
    private static final byte[] ENGINE = {1, 2, 3, 4, 5};

    private Path folder;
    private Users users;
    private Credentials credentials;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        folder = state;
        users = Users.open(state, ENGINE);
        users.add("ops", true, "correct:horse", "battery staple");
        credentials = with(users::authenticate);
    }

    private Credentials with(BiFunction<String, String, Optional<User>> authenticate) {
        return new Credentials(
                users,
                new byte[16],
                new PassphraseChecks(MAX_CONCURRENT, authenticate),
                new BoundedLog(System::nanoTime));
    }

    private Optional<User> check(String authorization) throws PassphraseChecks.BusyException {
        return credentials.check(authorization, "a client");
    }

    private static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldKnowUserByAuthenticationPassphrase() throws Exception {
        for (int i = 0; i < 2; i++) { // the second time it is remembered
            assertTrue(check("Basic " + basic("ops:correct:horse")).isPresent());
            assertTrue(check("bAsIc  " + basic("ops:correct:horse")).isPresent());
            assertFalse(check("Basic " + basic("ops:battery staple")).isPresent());
            assertFalse(check("Basic " + basic("ops:correct")).isPresent());
            assertFalse(check("Basic " + basic("other:correct:horse")).isPresent());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Basic", "Basic ", "Basic !!!", "Basic b3Bz", "Basic b3BzOg==", "Bearer x", "Digest a=b"})
    void shouldRefuseInvalidInput(String header) throws Exception {
        assertFalse(check(header).isPresent());
    }

    @Test
    void shouldForgetPassphraseThatIsNoLongerValid() throws Exception {
        String old = "Basic " + basic("ops:correct:horse");
        assertTrue(check(old).orElseThrow().write());
        users.add("ops", false, "another horse", "battery staple");
        assertFalse(check(old).isPresent());
        assertFalse(check("Basic " + basic("ops:another horse")).orElseThrow().write());
        users.remove("ops");
        assertFalse(check("Basic " + basic("ops:another horse")).isPresent());
    }

    @Test
    void shouldKnowUserThatAnotherProcessAdded() throws Exception {
        Users other = Users.open(folder, ENGINE);
        other.add("new", false, "a new passphrase", "another one");
        assertEquals(
                "new",
                check("Basic " + basic("new:a new passphrase")).orElseThrow().name());
    }

    @Test
    void shouldNeitherQueueWrongPassphrasesNorLetKnownOnesWaitForThem() throws Exception {
        CountDownLatch wanted = new CountDownLatch(MAX_CONCURRENT);
        CountDownLatch enough = new CountDownLatch(1);
        credentials = with((name, passphrase) -> {
            if (passphrase.startsWith("wrong")) {
                wanted.countDown();
                await(enough);
            }
            return users.authenticate(name, passphrase);
        });
        assertTrue(check("Basic " + basic("ops:correct:horse")).isPresent());
        List<Future<Optional<User>>> wrong = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(MAX_CONCURRENT)) {
            for (int i = 0; i < MAX_CONCURRENT; i++) {
                Object client = i < MAX_CONCURRENT - 1 ? "a stranger" : "another";
                String pair = "Basic " + basic("ops:wrong " + i);
                wrong.add(threads.submit(() -> credentials.check(pair, client)));
            }
            try {
                await(wanted);
                String more = "Basic " + basic("ops:wrong again");
                assertThrows(PassphraseChecks.BusyException.class, () -> credentials.check(more, "a third"));
                assertTrue(check("Basic " + basic("ops:correct:horse")).isPresent(), "it is remembered");
            } finally {
                enough.countDown();
            }
        }
        for (Future<Optional<User>> one : wrong) {
            assertTrue(one.get().isEmpty());
        }
        assertFalse(check("Basic " + basic("ops:wrong again")).isPresent(), "the places are free again");
    }

    @Test
    void shouldReserveSlotsForOtherClients() throws Exception {
        CountDownLatch wanted = new CountDownLatch(MAX_CONCURRENT - 1);
        CountDownLatch enough = new CountDownLatch(1);
        credentials = with((name, passphrase) -> {
            if (passphrase.startsWith("wrong")) {
                wanted.countDown();
                await(enough);
            }
            return users.authenticate(name, passphrase);
        });
        try (var threads = Executors.newFixedThreadPool(MAX_CONCURRENT)) {
            for (int i = 0; i < MAX_CONCURRENT - 1; i++) {
                String pair = "Basic " + basic("ops:wrong " + i);
                var _ = threads.submit(() -> credentials.check(pair, "a stranger"));
            }
            try {
                await(wanted);
                String more = "Basic " + basic("ops:wrong again");
                assertThrows(PassphraseChecks.BusyException.class, () -> credentials.check(more, "a stranger"));
                assertTrue(credentials
                        .check("Basic " + basic("ops:correct:horse"), "another")
                        .isPresent());
            } finally {
                enough.countDown();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void shouldLogOnceThatTheUsersCannotBeRead() throws Exception {
        try (Heard log = Heard.of(Credentials.class.getName())) {
            for (int i = 0; i < 5; i++) {
                Files.writeString(folder.resolve("users"), "nonsense " + "x".repeat(2 * i + 1) + "\n");
                check("Basic " + basic("ops:wrong"));
                Files.writeString(folder.resolve("users"), ""); // readable again: no users
                check("Basic " + basic("ops:wrong"));
            }
            List<String> lines = log.lines();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().startsWith("WARN read users: line 1 is not a user entry;"), lines::toString);
        }
    }
}
