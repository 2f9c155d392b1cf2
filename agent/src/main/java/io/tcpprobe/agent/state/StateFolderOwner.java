package io.tcpprobe.agent.state;

import io.tcpprobe.config.ProcessUser;
import io.tcpprobe.kernel.ffi.FileSystemUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/**
 * Lets a command of root use the files of another user's state folder as that user. The files that it writes belong to the user, whose
 * agent must read them; and a link that the user has put into the folder leads root to no file that the user could not use.
 */
public final class StateFolderOwner implements AutoCloseable {
    private final @Nullable FileSystemUser user;

    private StateFolderOwner(@Nullable FileSystemUser user) {
        this.user = user;
    }

    /**
     * Uses files as the owner of this folder until closed by the same thread. Changes nothing unless the process runs as root and the folder
     * belongs to another user.
     *
     * @throws IOException if the owner cannot be read, or the process may not use files as this user
     */
    public static StateFolderOwner assume(Path folder) throws IOException {
        if (ProcessUser.effectiveId() != ProcessUser.ROOT || !Files.isDirectory(folder)) {
            return new StateFolderOwner(null);
        }
        long owner = ProcessUser.ownerOf(folder);
        if (owner == ProcessUser.ROOT) {
            return new StateFolderOwner(null);
        }
        openOwnFiles();
        int group = (Integer) Files.getAttribute(folder, "unix:gid");
        return new StateFolderOwner(FileSystemUser.assume((int) owner, group));
    }

    /** Opens the jars of the class path, and what the JDK reads once: the owner of the folder may not be able to. */
    private static void openOwnFiles() throws IOException {
        Collections.list(ClassLoader.getSystemResources("META-INF/MANIFEST.MF"));
        Security.getProviders();
    }

    @Override
    public void close() {
        if (user != null) {
            user.close();
        }
    }
}
