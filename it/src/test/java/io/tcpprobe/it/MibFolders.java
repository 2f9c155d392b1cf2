package io.tcpprobe.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the MIB modules of the IETF on this machine; no Debian package contains them. */
final class MibFolders {
    private MibFolders() {}

    /** Returns a folder that has all of these modules; skips the test if there is none. */
    static Path with(String... modules) {
        List<Path> folders = new ArrayList<>();
        Optional.ofNullable(System.getenv("MIBDIRS")).stream()
                .flatMap(text -> Stream.of(text.split(":", -1)))
                .map(Path::of)
                .forEach(folders::add);
        Path built = Distribution.built().folder().toAbsolutePath();
        folders.add(built.resolve("../../../../shared/mibs").normalize()); // beside the checkout
        folders.add(Path.of("/usr/share/snmp/mibs"));
        folders.add(Path.of("/usr/share/snmp/mibs/ietf"));
        folders.add(Path.of("/usr/share/mibs/ietf"));
        folders.add(Path.of("/var/lib/mibs/ietf"));
        Optional<Path> found = folders.stream()
                .filter(folder -> Stream.of(modules)
                        .allMatch(module ->
                                Files.exists(folder.resolve(module)) || Files.exists(folder.resolve(module + ".txt"))))
                .findFirst();
        assumeTrue(
                found.isPresent(),
                () -> "no folder has the modules " + List.of(modules) + "; name one in MIBDIRS; looked in " + folders);
        return found.get();
    }
}
