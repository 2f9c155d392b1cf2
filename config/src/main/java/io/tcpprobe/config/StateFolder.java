package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The folder where the agent stores data that must survive a restart.
 *
 * @param path the folder
 * @param from the setting or variable that names it, for messages: "$HOME"
 */
public record StateFolder(Path path, String from) {
    private static final Path SYSTEM = Path.of("/var/lib/tcpprobe");
    private static final String OF_SERVICE = "STATE_DIRECTORY";
    private static final String OF_USER = "XDG_STATE_HOME";
    private static final String HOME = "HOME";

    /**
     * Returns the folder that {@code state.dir} names; if that is empty, the first of
     *
     * <ol>
     *   <li>$STATE_DIRECTORY, which systemd sets for StateDirectory= of a unit (systemd.exec(5); the first of several)
     *   <li>/var/lib/tcpprobe, for root
     *   <li>$XDG_STATE_HOME/tcpprobe, and $HOME/.local/state/tcpprobe (XDG Base Directory Specification)
     *   <li>/var/lib/tcpprobe
     * </ol>
     *
     * Variables without an absolute path are ignored. Java's {@code user.home} is not used: it comes from passwd(5), and is "?"
     * for a user without an entry there.
     *
     * @param configured the setting's value
     * @param environment of the process
     * @param user effective id of the user who runs the process
     */
    public static StateFolder locate(Path configured, Map<String, String> environment, long user) {
        if (!configured.toString().isEmpty()) {
            return new StateFolder(configured, Settings.STATE_DIR.name());
        }
        String ofService = environment.getOrDefault(OF_SERVICE, "").split(":", 2)[0];
        if (ofService.startsWith("/")) {
            return new StateFolder(Path.of(ofService), "$" + OF_SERVICE);
        }
        if (user == ProcessUser.ROOT) {
            return new StateFolder(SYSTEM, "the default for root");
        }
        String ofUser = environment.getOrDefault(OF_USER, "");
        if (ofUser.startsWith("/")) {
            return new StateFolder(Path.of(ofUser, "tcpprobe"), "$" + OF_USER);
        }
        String home = environment.getOrDefault(HOME, "");
        return home.startsWith("/")
                ? new StateFolder(Path.of(home, ".local", "state", "tcpprobe"), "$" + HOME)
                : new StateFolder(
                        SYSTEM, "the default if $" + OF_SERVICE + ", $" + OF_USER + " and $" + HOME + " are not set");
    }

    /**
     * Creates the folder if it is missing, and checks that it can be written.
     *
     * @param user effective id of the user who runs the process
     * @throws IOException if it cannot be created or written, or if another user owns it, who could replace its files; a folder
     *     of root may be used by every user who may write to it
     */
    public void open(long user) throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        long owner = ProcessUser.ownerOf(path);
        if (owner != user && owner != ProcessUser.ROOT) {
            throw new IOException("the folder belongs to user " + owner + ", but the agent runs as user " + user);
        }
        Files.delete(Files.createTempFile(path, "try", ".new"));
    }

    @Override
    public String toString() {
        return path + " (" + from + ")";
    }
}
