package io.tcpprobe.agent.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user of this process, for the audit log. */
final class TerminalUser {
    /** The kernel's value for a process that no login has started. */
    private static final String NO_LOGIN = "4294967295";

    private TerminalUser() {}

    /** Returns the user, and the one who has logged in, which sudo and su do not change: "terminal user root, uid 0, login uid 1000". */
    static String describe() {
        return describe(Path.of("/proc/self"), System.getProperty("user.name", "?"));
    }

    /**
     * Returns the description of a process.
     *
     * @param process its folder in /proc
     * @param name the name of its user
     */
    static String describe(Path process, String name) {
        StringBuilder who = new StringBuilder("terminal user ").append(name);
        try {
            who.append(", uid ").append(Files.getAttribute(process, "unix:uid"));
            String login = Files.readString(process.resolve("loginuid")).strip();
            if (!login.equals(NO_LOGIN)) {
                who.append(", login uid ").append(login);
            }
        } catch (IOException _) {
            return who.toString(); // a kernel without audit has no loginuid
        }
        return who.toString();
    }
}
