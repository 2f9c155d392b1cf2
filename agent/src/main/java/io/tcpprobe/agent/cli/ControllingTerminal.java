package io.tcpprobe.agent.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The controlling terminal of this process. Its hang-up is reported as SIGHUP. */
final class ControllingTerminal {
    private static final Path STAT = Path.of("/proc/self/stat");

    /** Index of tty_nr among the fields after the command's name; see proc_pid_stat(5). */
    private static final int TTY_NR = 4;

    private ControllingTerminal() {}

    /** Returns true if this process has a controlling terminal, or if that cannot be determined. */
    static boolean exists() {
        try {
            return isIn(Files.readString(STAT, StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return true;
        }
    }

    /** Returns true unless the text of /proc/PID/stat has terminal number 0, which means none. */
    static boolean isIn(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length <= TTY_NR || !fields[TTY_NR].equals("0");
    }
}
