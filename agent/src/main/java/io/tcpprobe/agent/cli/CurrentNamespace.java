package io.tcpprobe.agent.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The network namespace of this process.
 *
 * @param number its inode, as in the field networkNamespace and in {@code ls -i /proc/self/ns/net}
 * @param name its name in {@code ip netns}; empty if it has none there
 */
record CurrentNamespace(long number, String name) {
    private static final Path OWN = Path.of("/proc/self/ns/net");
    private static final Path NAMED = Path.of("/run/netns");

    /** Returns the current namespace; empty if the kernel has no network namespaces. */
    static Optional<CurrentNamespace> ofThisProcess() {
        try {
            String link = Files.readSymbolicLink(OWN).toString(); // net:[4026531840]
            long number = Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
            return Optional.of(new CurrentNamespace(number, nameOf(number)));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    private static String nameOf(long number) {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(NAMED)) {
            for (Path name : names) {
                if (Files.getAttribute(name, "unix:ino") instanceof Long inode && inode == number) {
                    return String.valueOf(name.getFileName());
                }
            }
        } catch (IOException _) {
            return ""; // this host has no named namespaces
        }
        return "";
    }

    /** Returns the text shown to users: "near (4026532281)", or the number alone. */
    String text() {
        return name.isEmpty() ? Long.toString(number) : name + " (" + number + ")";
    }
}
