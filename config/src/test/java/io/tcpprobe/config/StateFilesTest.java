package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateFilesTest {
    private static final long ME = ProcessUser.effectiveId();

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void shouldReadLines() throws IOException {
        assertEquals(List.of("a", "", "b"), StateFiles.lines(file("a\n\nb\n")));
        assertEquals(List.of("a"), StateFiles.secretLines(file("a"), ME));
        assertThrows(NoSuchFileException.class, () -> StateFiles.lines(folder.resolve("missing")));
        Path garbage = Files.write(folder.resolve("garbage"), new byte[] {(byte) 0xff, 'a', '\n'});
        assertThrows(CharacterCodingException.class, () -> StateFiles.lines(garbage));
    }

    @Test
    void shouldFollowNoLink() throws IOException {
        Path target = file("secret\n");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("made"));
        assertThrows(IOException.class, () -> StateFiles.lines(link));
        assertThrows(IOException.class, () -> StateFiles.secretLines(link, ME));
        assertThrows(IOException.class, () -> StateFiles.openLock(link).close());
        assertThrows(IOException.class, () -> StateFiles.openLock(dangling).close());
        assertFalse(Files.exists(folder.resolve("made")), "nothing is made through a link");
        assertThrows(IOException.class, () -> StateFiles.lines(folder));
    }

    @ParameterizedTest
    @CsvSource({
        "rw-------, true",
        "r--------, true",
        "rwx------, true",
        "rw-r-----, false",
        "rw----r--, false",
        "rw--w----, false",
        "rw-----w-, false",
        "rw-rw-rw-, false"
    })
    void shouldRefuseSecretsThatOthersMayReadOrWrite(String permissions, boolean right) throws IOException {
        Path file = file("a\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        if (right) {
            assertEquals(List.of("a"), StateFiles.secretLines(file, ME));
        } else {
            String refused = assertThrows(IOException.class, () -> StateFiles.secretLines(file, ME))
                    .getMessage();
            assertTrue(refused.contains(permissions) && refused.contains("chmod 600 " + file), refused);
        }
    }

    @Test
    void shouldRefuseSecretsOfAnotherUser() throws IOException {
        Assumptions.assumeTrue(ME == ProcessUser.ROOT, "only root can give a file away");
        Path file = file("a\n");
        Files.setAttribute(file, "unix:uid", 4711);
        assertThrows(IOException.class, () -> StateFiles.secretLines(file, ME));
        assertEquals(List.of("a"), StateFiles.secretLines(file, 4711));
    }

    @Test
    void shouldRenameADamagedFile() throws IOException {
        Path file = file("a\n");
        Path renamed = StateFiles.renameToBad(file, Clock.systemUTC());
        assertFalse(Files.exists(file));
        assertEquals("a\n", Files.readString(renamed));
        assertTrue(renamed.getFileName().toString().startsWith("users.bad-"), renamed::toString);
    }
}
