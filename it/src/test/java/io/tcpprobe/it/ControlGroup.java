package io.tcpprobe.it;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A control group that a test makes. Closing it removes it, once its processes have ended. */
record ControlGroup(Path folder) implements AutoCloseable {
    private static final long ROOT_ID = 1;

    /** Returns where the control groups of version 2 of this host are mounted. */
    static Optional<Path> mount() {
        try {
            return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                    .filter(line -> line.contains(" - cgroup2 "))
                    .map(line -> Path.of(line.split(" ", -1)[4]))
                    .filter(ControlGroup::isRoot)
                    .findFirst();
        } catch (IOException failed) {
            throw new UncheckedIOException("read the mounts", failed);
        }
    }

    private static boolean isRoot(Path folder) {
        try {
            return Files.getAttribute(folder, "unix:ino") instanceof Number id && id.longValue() == ROOT_ID;
        } catch (IOException hidden) {
            return false;
        }
    }

    /** Makes a control group, as managers of containers do. */
    static ControlGroup make(String path) throws IOException {
        return new ControlGroup(Files.createDirectory(mount().orElseThrow().resolve(path)));
    }

    @Override
    public void close() throws IOException {
        Waiting.until("the end of the processes of " + folder, this::removed);
    }

    private boolean removed() throws IOException {
        try {
            return Files.deleteIfExists(folder);
        } catch (FileSystemException busy) {
            return false;
        }
    }
}
