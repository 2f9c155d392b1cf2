package io.tcpprobe.kernel.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemUserTest {
    private static final int USER = 4711;
    private static final int GROUP = 4712;

    @TempDir
    private Path folder;

    private Path folderOfUser() throws IOException {
        assumeTrue(isRoot(), "needs root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Files.setAttribute(folder, "unix:uid", USER);
        Files.setAttribute(folder, "unix:gid", GROUP);
        return folder;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Test
    void shouldCreateFilesOfTheUserAndGroup() throws IOException {
        Path path = folderOfUser();
        try (FileSystemUser _ = FileSystemUser.assume(USER, GROUP)) {
            Files.writeString(path.resolve("it"), "x");
        }
        assertEquals(USER, Files.getAttribute(path.resolve("it"), "unix:uid"));
        assertEquals(GROUP, Files.getAttribute(path.resolve("it"), "unix:gid"));
    }

    @Test
    void shouldNotHaveTheRightsOfRootUntilClosed() throws IOException {
        Path path = folderOfUser();
        Path secret = Files.writeString(path.resolve("secret"), "of root");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(path.resolve("link"), secret);
        try (FileSystemUser _ = FileSystemUser.assume(USER, GROUP)) {
            assertThrows(AccessDeniedException.class, () -> Files.readString(link));
            assertThrows(AccessDeniedException.class, () -> Files.writeString(link, "x"));
        }
        assertEquals("of root", Files.readString(link));
    }

    @Test
    void shouldRefuseIfTheProcessMayNot() throws IOException {
        assumeFalse(isRoot(), "root may");
        assertThrows(IOException.class, () -> FileSystemUser.assume(USER, GROUP).close());
        Files.writeString(folder.resolve("it"), "x");
    }
}
