package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Numeric user ids, as the kernel reports them. They need no entry in passwd(5). */
public final class ProcessUser {
    /** The user id of root. */
    public static final long ROOT = 0;

    /** No user id: it owns no file, and it is not root. */
    private static final long UNKNOWN = -1;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path THREAD_STATUS = Path.of("/proc/thread-self/status");
    private static final String IDS = "Uid:";

    private ProcessUser() {}

    /**
     * Returns the effective user id of this process (the second value of Uid in proc_pid_status(5)); -1 if there is no /proc.
     */
    public static long effectiveId() {
        return id(STATUS, 2);
    }

    /**
     * Returns the id of the user as whom the calling thread uses files (the fourth value of Uid in proc_pid_status(5)): the effective one,
     * unless the thread has called setfsuid(2); -1 if there is no /proc.
     */
    public static long fileSystemId() {
        return id(THREAD_STATUS, 4);
    }

    private static long id(Path status, int column) {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(IDS)) {
                    return Long.parseLong(line.split("\\s+", -1)[column]);
                }
            }
        } catch (IOException | NumberFormatException _) {
            return UNKNOWN;
        }
        return UNKNOWN;
    }

    /**
     * Returns the user id of the owner of a file or folder.
     *
     * @throws IOException if the owner cannot be read
     */
    public static long ownerOf(Path file, LinkOption... options) throws IOException {
        return Files.getAttribute(file, "unix:uid", options) instanceof Integer id
                ? Integer.toUnsignedLong(id)
                : UNKNOWN;
    }
}
