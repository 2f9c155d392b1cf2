package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    private List<String> names() throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldCreateAndReplaceTheFileWithoutRemnants() throws IOException {
        Path file = folder.resolve("it");
        AtomicFile.write(file, "old", "rw-r--r--");
        AtomicFile.write(file, "new \u00e4\n", "rw-r--r--");
        assertEquals("new \u00e4\n", Files.readString(file));
        assertEquals(List.of("it"), names());
    }

    @Test
    void shouldSetTheRequestedPermissions() throws IOException {
        for (String permissions : List.of("rw-------", "rw-r--r--")) {
            Path file = folder.resolve("it");
            AtomicFile.write(file, "x", permissions);
            assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
    }

    @Test
    void shouldLeaveTheOldContentWhenItCannotBeReplaced() throws IOException {
        Path file = Files.createDirectory(folder.resolve("it")); // a folder is not replaced by a file
        Files.writeString(file.resolve("old"), "old");
        assertThrows(IOException.class, () -> AtomicFile.write(file, "new", "rw-------"));
        assertEquals("old", Files.readString(file.resolve("old")));
        assertEquals(List.of("it"), names(), "the temporary file must be gone");
    }

    @Test
    void shouldFailWhenTheFolderIsMissing() {
        Path file = folder.resolve("missing").resolve("it");
        assertThrows(IOException.class, () -> AtomicFile.write(file, "new", "rw-------"));
    }

    @Test
    void shouldReplaceNothingInAFolderThatCannotBeSynced() throws IOException {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may read every folder");
        Path file = Files.writeString(folder.resolve("it"), "old");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("-wx------"));
        try {
            assertThrows(IOException.class, () -> AtomicFile.write(file, "new", "rw-------"));
            assertEquals("old", Files.readString(file));
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
