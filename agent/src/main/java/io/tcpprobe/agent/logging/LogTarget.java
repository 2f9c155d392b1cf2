package io.tcpprobe.agent.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What standard error is connected to, which determines the form of the log's lines. */
enum LogTarget {
    /** A reader at a terminal: lines without a date. */
    TERMINAL,
    /** systemd's journal: it stores the time and, with the prefix of sd-daemon(3), the priority of each line. */
    JOURNAL,
    /** A file, or another process: lines with date and time. */
    OTHER;

    private static final String JOURNAL_STREAM = "JOURNAL_STREAM";

    /** Returns the target of this process. */
    static LogTarget ofThisProcess() {
        return of(Path.of("/proc/self/fd/2"), System.getenv());
    }

    /**
     * Returns the target.
     *
     * @param descriptor standard error, as a file below /proc
     * @param environment {@code JOURNAL_STREAM} is "device:inode" of the journal's stream (systemd.exec(5)); a child process may
     *     inherit it and have another standard error
     */
    static LogTarget of(Path descriptor, Map<String, String> environment) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            if (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")) {
                return TERMINAL;
            }
            String stream =
                    Files.getAttribute(descriptor, "unix:dev") + ":" + Files.getAttribute(descriptor, "unix:ino");
            return stream.equals(environment.get(JOURNAL_STREAM)) ? JOURNAL : OTHER;
        } catch (IOException _) {
            return OTHER; // no /proc: lines get the full date
        }
    }
}
