package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Where the agent keeps what must survive a restart. */
public final class StateFolder {
    private StateFolder() {}

    /**
     * The folder that {@code state.dir} names; when empty, /var/lib/tcpprobe for root, else the XDG state folder (XDG Base
     * Directory Specification: $XDG_STATE_HOME, by default ~/.local/state).
     *
     * @param given the setting's value
     * @param environment of the process
     * @param user name of the user who runs the process
     * @param home that user's home folder
     */
    public static Path locate(Path given, Map<String, String> environment, String user, String home) {
        if (!given.toString().isEmpty()) {
            return given;
        }
        if (user.equals("root")) {
            return Path.of("/var/lib/tcpprobe");
        }
        String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base = xdg.startsWith("/") ? Path.of(xdg) : Path.of(home, ".local", "state");
        return base.resolve("tcpprobe");
    }

    /**
     * Makes the folder if it is missing, and tries whether it can be written.
     *
     * @throws IOException if not
     */
    public static void open(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.delete(Files.createTempFile(folder, "try", ".new"));
    }
}
