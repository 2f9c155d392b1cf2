package io.tcpprobe.agent.flowlog;

import io.tcpprobe.config.ProcessUser;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where SQLite's native library is unpacked to: the state folder, which only its owner may write. The default would be the folder of
 * temporary files, which everybody may write, and which may forbid to execute what it holds.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final String UNPACKED_TO = "org.sqlite.tmpdir";
    private static final String FOLDER = "native";

    private NativeLibrary() {}

    /**
     * Sets the folder for a command, unless one is set that exists. Has an effect before the first use of SQLite only; the folder of
     * an agent that has been closed in this JVM may be gone.
     */
    static void unpackBelow(Path state) {
        String set = System.getProperty(UNPACKED_TO);
        if (set == null || !Files.isDirectory(Path.of(set))) {
            System.setProperty(UNPACKED_TO, safe(state).toString());
        }
    }

    /**
     * Returns the folder if nobody but this user and root can replace a file in it before it is loaded, else a new temporary one. So root,
     * who reads the log of a service, never runs code of the service's user.
     */
    private static Path safe(Path state) {
        try {
            long owner = ProcessUser.ownerOf(state);
            if (owner == ProcessUser.effectiveId() || owner == ProcessUser.ROOT) {
                return state;
            }
            Path own = Files.createTempDirectory("tcpprobe-"); // rwx------
            own.toFile().deleteOnExit();
            return own;
        } catch (IOException missing) {
            LOG.debug("{} does not exist yet", state, missing);
            return state;
        }
    }

    /** Sets a folder of the agent's own, and removes what an agent that was killed has left there. */
    static void unpackForAgent(Path state) {
        Path folder = state.resolve(FOLDER);
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "sqlite-*")) {
                for (Path each : left) {
                    Files.deleteIfExists(each);
                }
            }
            unpackBelow(folder);
        } catch (IOException failed) {
            LOG.debug("prepare {}", folder, failed);
            unpackBelow(state);
        }
    }
}
