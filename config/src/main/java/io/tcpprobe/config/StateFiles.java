package io.tcpprobe.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Opens files of the state folder. Symbolic links are refused: the creator of a link could choose which file the agent, often
 * root, reads or creates.
 */
public final class StateFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);

    private static final String BAD = ".bad-";

    private StateFiles() {}

    /**
     * Returns the lines of a file.
     *
     * @throws NoSuchFileException if the file does not exist
     * @throws java.nio.charset.CharacterCodingException if it is not UTF-8 text
     * @throws IOException if it cannot be read, or is not a regular file
     */
    public static List<String> lines(Path file) throws IOException {
        requireRegular(file);
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
                var reader = new BufferedReader(
                        new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) { // throws on malformed input
            return reader.lines().toList();
        } catch (java.io.UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    /**
     * Returns the lines of a file that holds secrets. As ssh does with private keys, refuses a file that users other than its
     * owner may read, and a file whose owner is neither this user nor root.
     *
     * @param user effective id of the user who runs the process
     * @throws IOException as {@link #lines}, and if the file is refused; the message states the remedy
     */
    public static List<String> secretLines(Path file, long user) throws IOException {
        requireRegular(file);
        long owner = ProcessUser.ownerOf(file, LinkOption.NOFOLLOW_LINKS);
        if (owner != user && owner != ProcessUser.ROOT) {
            throw new IOException("it belongs to user " + owner + ", but the agent runs as user " + user + "; user "
                    + owner + " may know its keys; remove it, or run the agent as that user");
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        if (permissions.stream().anyMatch(OF_OTHERS::contains)) {
            throw new IOException("its permissions are " + PosixFilePermissions.toString(permissions)
                    + ", but only the owner may read its keys; run chmod 600 " + file);
        }
        return lines(file);
    }

    private static void requireRegular(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            throw new IOException("it is a symbolic link, which is not followed");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("it is not a regular file");
        }
    }

    /**
     * Opens a file that is used as a lock and never written; creates it if it is missing. Only its owner may open it: a process
     * that can open a file can hold a lock on it forever.
     *
     * @throws IOException if it cannot be opened, or is not a regular file
     */
    public static FileChannel openLock(Path file) throws IOException {
        requireRegular(file);
        FileChannel lock = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), // O_NOFOLLOW
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            if (!Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(file, OWNER_ONLY); // of an earlier version
            }
        } catch (FileSystemException _) {
            return lock; // owned by another user, who lets us write
        }
        return lock;
    }

    /**
     * Renames a file that cannot be used, so that its content is kept and a new file can be created.
     *
     * @return the new path, in the same folder
     * @throws IOException if it cannot be renamed
     */
    public static Path renameToBad(Path file, Clock clock) throws IOException {
        Path renamed = file.resolveSibling(file.getFileName() + BAD + STAMP.format(clock.instant()));
        return Files.move(file, renamed);
    }

    /** Returns true if a file of this name was ever renamed by {@link #renameToBad}; false also if the folder cannot be read. */
    public static boolean hasBadCopy(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try (DirectoryStream<Path> renamed = Files.newDirectoryStream(folder, file.getFileName() + BAD + "*")) {
            return renamed.iterator().hasNext();
        } catch (IOException | DirectoryIteratorException _) {
            return false;
        }
    }
}
