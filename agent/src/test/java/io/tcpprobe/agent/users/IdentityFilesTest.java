package io.tcpprobe.agent.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityFilesTest {
    private static final String HERE = "00112233445566778899aabbccddeeff";
    private static final String ELSEWHERE = "ff112233445566778899aabbccddeeff";

    @TempDir
    private Path folder;

    private final RandomGenerator random = new Random(20_261_126);
    private final List<Problem> warnings = new ArrayList<>();

    private IdentityFiles on(String machine) {
        return new IdentityFiles(folder, machine, random, Clock.systemUTC());
    }

    private Identity start(String machine) throws IOException {
        warnings.clear();
        Identity opened = on(machine).openForAgent(warnings);
        opened.engine().boot();
        return opened;
    }

    private Users command(boolean alone) throws IOException {
        warnings.clear();
        return on(HERE).openForCommand(() -> alone, warnings).users();
    }

    @Test
    void shouldKnowThatUsersWereLostUntilOneIsAdded() throws IOException {
        assertFalse(start(HERE).users().lost(), "there never were any");
        command(true).add("ops", true, "correct horse", "battery staple");
        assertFalse(start(HERE).users().lost());
        Files.writeString(folder.resolve("users"), "ops rw\n");
        assertTrue(start(HERE).users().lost());
        assertTrue(start(HERE).users().lost(), "at the next start as well");
        command(true).add("ops", true, "correct horse", "battery staple");
        assertFalse(start(HERE).users().lost());
        Files.setPosixFilePermissions(folder.resolve("users"), PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(start(HERE).users().lost(), "it cannot be read until that is mended");
    }

    private List<String> aside(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith(name + ".bad-"))
                    .toList();
        }
    }

    private void addUser() throws IOException {
        command(true).add("ops", true, "passphrase-1", "passphrase-2");
    }

    @Test
    void shouldKeepIdentityAndUsersOnOneMachine() throws IOException {
        addUser();
        byte[] id = start(HERE).engine().id();
        Identity again = start(HERE);
        assertArrayEquals(id, again.engine().id());
        assertEquals(1, again.users().all().size());
        assertArrayEquals(id, start("").engine().id(), "a machine that cannot be told from others");
        assertArrayEquals(id, start(HERE).engine().id());
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldAddTheMachineToAnOlderFile() throws IOException {
        Files.writeString(folder.resolve("engine"), "id = 80001f880501\nboots = 4\n");
        assertArrayEquals(
                HexFormat.of().parseHex("80001f880501"), start(HERE).engine().id());
        assertEquals(List.of("id = 80001f880501", "boots = 5", "machine = " + HERE), lines("engine"));
    }

    private List<String> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name));
    }

    /** RFC 3411: no two engines of a network have one identity. */
    @Test
    void shouldGetANewIdentityWhenTheFolderComesFromAnotherMachine() throws IOException {
        addUser();
        byte[] id = start(HERE).engine().id();
        Identity copy = start(ELSEWHERE);
        assertFalse(Arrays.equals(id, copy.engine().id()));
        assertEquals(0, copy.users().all().size(), "their keys are worth nothing");
        assertEquals(2, warnings.size(), warnings::toString);
        assertTrue(warnings.getFirst().toString().contains("another machine"), warnings::toString);
        assertTrue(warnings.getLast().toString().contains("add the users again"), warnings::toString);
        assertEquals(1, aside("users").size());
        byte[] renewed = copy.engine().id();
        assertArrayEquals(renewed, start(ELSEWHERE).engine().id());
        assertEquals(List.of(), warnings, "reported once");
    }

    @Test
    void shouldRenewTheIdentityBeforeAUserIsAddedToACopy() throws IOException {
        start(ELSEWHERE);
        Users users = command(true);
        assertEquals(1, warnings.size(), warnings::toString);
        users.add("ops", true, "passphrase-1", "passphrase-2");
        assertEquals(1, start(HERE).users().all().size());
        assertTrue(start(HERE).users().authenticate("ops", "passphrase-1").isPresent());
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldNotRenewTheIdentityOfARunningAgent() throws IOException {
        byte[] id = start(ELSEWHERE).engine().id();
        command(false).add("ops", true, "passphrase-1", "passphrase-2");
        assertEquals(List.of(), warnings);
        assertArrayEquals(id, start(ELSEWHERE).engine().id());
    }

    @Test
    void shouldRenameADamagedEngineFileAndContinue() throws IOException {
        addUser();
        Files.writeString(folder.resolve("engine"), "id = zz\n");
        ProblemException refused = assertThrows(ProblemException.class, () -> command(true));
        assertTrue(refused.problem().remedy().contains("start the agent"), refused::toString);
        Identity opened = start(HERE);
        assertEquals(17, opened.engine().id().length);
        assertEquals(0, opened.users().all().size());
        assertEquals(1, aside("engine").size());
        assertEquals(1, aside("users").size());
        assertEquals(2, warnings.size(), warnings::toString);
        addUser();
        assertEquals(1, start(HERE).users().all().size());
        assertEquals(List.of(), warnings, "reported once");
    }

    @Test
    void shouldRenameADamagedUsersFileAndContinue() throws IOException {
        addUser();
        byte[] id = start(HERE).engine().id();
        Files.writeString(folder.resolve("users"), "ops rw\n");
        ProblemException refused = assertThrows(ProblemException.class, () -> command(true));
        assertTrue(refused.problem().toString().contains("line 1 is not a user entry; repair it"), refused::toString);
        Identity opened = start(HERE);
        assertArrayEquals(id, opened.engine().id());
        assertEquals(0, opened.users().all().size());
        assertEquals(List.of("ops rw"), lines(aside("users").getFirst()));
        assertEquals(1, warnings.size(), warnings::toString);
    }

    @Test
    void shouldRunWithoutUsersUntilTheirFileIsForItsOwnerOnly() throws IOException {
        addUser();
        Path file = folder.resolve("users");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Identity opened = start(HERE);
        assertEquals(0, opened.users().all().size());
        assertTrue(warnings.getFirst().toString().contains("chmod 600"), warnings::toString);
        assertFalse(opened.users().reloadIfChanged());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertTrue(opened.users().reloadIfChanged());
        assertEquals(1, opened.users().all().size());
    }

    @Test
    void shouldFollowNoLink() throws IOException {
        addUser();
        Path elsewhere = Files.move(folder.resolve("users"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("users"), elsewhere);
        assertEquals(0, start(HERE).users().all().size());
        assertTrue(warnings.getFirst().toString().contains("symbolic link"), warnings::toString);
    }

    @Test
    void shouldCreateOneIdentityForSimultaneousCallers() throws Exception {
        List<Future<String>> opening = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(12)) {
            for (int i = 0; i < 12; i++) {
                opening.add(threads.submit(() -> HexFormat.of()
                        .formatHex(on(HERE).openForCommand(() -> true, new ArrayList<>())
                                .engine()
                                .id())));
            }
        }
        Set<String> ids = new HashSet<>();
        for (Future<String> opened : opening) {
            ids.add(opened.get());
        }
        assertEquals(1, ids.size(), ids::toString);
    }
}
