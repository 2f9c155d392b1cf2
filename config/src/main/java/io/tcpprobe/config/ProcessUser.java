package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Ids of users, as the kernel knows them: they need no entry in the list of users (passwd). */
public final class ProcessUser {
    /** The id of root. */
    public static final long ROOT = 0;

    /** The id of nobody: no file belongs to it, and it is not root. */
    private static final long UNKNOWN = -1;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String IDS = "Uid:";

    private ProcessUser() {}

    /** The effective user id of this process (proc_pid_status(5), the second of Uid); -1 if there is no /proc. */
    public static long effectiveId() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(IDS)) {
                    return Long.parseLong(line.split("\\s+", -1)[2]);
                }
            }
        } catch (IOException | NumberFormatException _) {
            return UNKNOWN;
        }
        return UNKNOWN;
    }

    /**
     * The id of the user whom a file or folder belongs to.
     *
     * @throws IOException if it cannot be found out
     */
    public static long ownerOf(Path file, LinkOption... options) throws IOException {
        return Files.getAttribute(file, "unix:uid", options) instanceof Integer id
                ? Integer.toUnsignedLong(id)
                : UNKNOWN;
    }
}
