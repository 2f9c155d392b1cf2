package io.tcpprobe.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of a host.
 *
 * @param root the root folder; another one in tests
 */
record HostFiles(Path root) {
    /** Returns the files of this host. */
    static HostFiles here() {
        return new HostFiles(Path.of("/"));
    }

    /** Returns a file; the path has no leading slash. */
    Path file(String path) {
        return root.resolve(path);
    }

    boolean has(String path) {
        return Files.exists(file(path));
    }

    /** Returns the content without surrounding white space; empty if the file cannot be read. */
    Optional<String> text(String path) {
        try {
            return Optional.of(Files.readString(file(path)).strip());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Returns the namespace that a link below proc names: "net:[4026531833]"; empty if it cannot be read. */
    Optional<String> link(String path) {
        try {
            return Optional.of(Files.readSymbolicLink(file(path)).toString());
        } catch (IOException | UnsupportedOperationException _) {
            return Optional.empty();
        }
    }
}
