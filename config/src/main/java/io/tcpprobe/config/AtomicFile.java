package io.tcpprobe.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** Replaces a file atomically: after a crash it holds either the old or the new content, never a part of it. */
public final class AtomicFile {
    private AtomicFile() {}

    /**
     * Replaces a file's content.
     *
     * @param permissions such as {@code rw-------}; the file is created with them
     * @throws IOException if it cannot be written; the old content is unchanged then
     */
    public static void write(Path file, String text, String permissions) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "the file must have a parent folder");
        // Opened before anything is written: if the folder cannot be synced, the file must not be replaced.
        try (var entry = FileChannel.open(folder, StandardOpenOption.READ)) {
            replace(folder, file, text, permissions);
            entry.force(true); // the rename itself
        }
    }

    private static void replace(Path folder, Path file, String text, String permissions) throws IOException {
        Path temporary = Files.createTempFile(
                folder,
                file.getFileName().toString(),
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (var channel =
                    FileChannel.open(temporary, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
