package io.tcpprobe.agent.flowlog;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of the flow log: {@code flows-2026-11-26.1.db}, one or more for each day (UTC), so that old flows are removed with
 * their file. Only their owner may read them.
 */
final class LogFolder {
    private static final Pattern NAME = Pattern.compile("flows-(\\d{4}-\\d{2}-\\d{2})\\.(\\d{1,6})\\.db");
    private static final List<String> SQLITE_FILES = List.of("", "-wal", "-shm");

    private final Path folder;

    /**
     * One file.
     *
     * @param path its path
     * @param day the day on which its flows ended
     * @param part its number within the day, from 1
     */
    record LogFile(Path path, LocalDate day, int part) {
        private static final Comparator<LogFile> BY_AGE =
                Comparator.comparing(LogFile::day).thenComparingInt(LogFile::part);

        /** Returns the size in bytes, with that of the write-ahead log. */
        long bytes() {
            long bytes = 0;
            for (String suffix : SQLITE_FILES) {
                bytes += path.resolveSibling(path.getFileName() + suffix)
                        .toFile()
                        .length(); // 0 if there is none
            }
            return bytes;
        }

        void delete() throws IOException {
            for (String suffix : SQLITE_FILES) {
                Files.deleteIfExists(path.resolveSibling(path.getFileName() + suffix));
            }
        }
    }

    /** Uses this folder, which need not exist. */
    LogFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    /** Creates the folder if it is missing. */
    void create() throws IOException {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException exists) {
            if (!Files.isDirectory(folder)) {
                throw exists;
            }
        }
    }

    /** Returns the files, oldest first; none if the folder does not exist. */
    List<LogFile> files() throws IOException {
        List<LogFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "flows-*.db")) {
            for (Path entry : entries) {
                Matcher name = NAME.matcher(entry.getFileName().toString());
                if (name.matches() && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    add(files, entry, name);
                }
            }
        } catch (NoSuchFileException _) {
            return files;
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        files.sort(LogFile.BY_AGE);
        return files;
    }

    private static void add(List<LogFile> files, Path entry, Matcher name) {
        try {
            files.add(new LogFile(entry, LocalDate.parse(name.group(1)), Integer.parseInt(name.group(2))));
        } catch (DateTimeParseException _) {
            // Not a date: not ours.
        }
    }

    /** Returns the last file of a day if it has room, else a new one, created empty. */
    LogFile current(LocalDate day, long maxBytes) throws IOException {
        LogFile last = null;
        for (LogFile file : files()) {
            if (file.day().equals(day)) {
                last = file;
            }
        }
        if (last != null && last.bytes() < maxBytes) {
            return last;
        }
        return created(day, last == null ? 1 : last.part() + 1);
    }

    private LogFile created(LocalDate day, int part) throws IOException {
        Path path = folder.resolve("flows-" + day + "." + part + ".db");
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new LogFile(path, day, part);
    }

    /**
     * Deletes the files of days before {@code first}, and the oldest ones while all together are larger than {@code maxBytes}.
     * The clock may have been wrong: a file of a later day than the current one is as old as any.
     *
     * @param current the file that is written, which stays
     */
    void retain(LogFile current, LocalDate first, long maxBytes) throws IOException {
        List<LogFile> files = files();
        files.removeIf(file -> file.path().equals(current.path()));
        files.sort(Comparator.comparing((LogFile file) -> !file.day().isAfter(current.day())));
        long bytes = current.bytes() + files.stream().mapToLong(LogFile::bytes).sum();
        for (LogFile oldest : files) {
            if (oldest.day().isBefore(first) || bytes > maxBytes) {
                bytes -= oldest.bytes();
                oldest.delete();
            }
        }
    }

    /** Renames the newest file, so that it is no longer used; replaces one that was renamed before. Returns its new path. */
    Path moveLast() throws IOException {
        LogFile last = files().getLast();
        Path kept = folder.resolve("damaged.db");
        Files.move(last.path(), kept, StandardCopyOption.REPLACE_EXISTING);
        last.delete(); // what SQLite keeps beside it
        return kept;
    }
}
