package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the folder {@code integrations}. */
final class KitFiles {
    static final Path FOLDER = Path.of("../integrations").toAbsolutePath().normalize();

    /** The agent's address in these files. */
    static final String AGENT = "127.0.0.1:1161";

    private KitFiles() {}

    /** Returns a file's text. */
    static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Copies a file, with the address of an agent in place of the default. */
    static Path copy(String file, Path folder, AgentProcess agent) throws IOException {
        Path copy = folder.resolve(Path.of(file).getFileName());
        return Files.writeString(copy, text(file).replace(AGENT, agent.snmp()));
    }

    /** Returns all files whose name has one of these ends. */
    static List<Path> ending(String... ends) throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(ends).anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
    }
}
