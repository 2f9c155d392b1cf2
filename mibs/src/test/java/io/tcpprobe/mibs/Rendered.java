package io.tcpprobe.mibs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares a committed file with what the lists say; with {@code -Dtcpprobe.render=true} it is written first. */
final class Rendered {
    private Rendered() {}

    static void assertCommitted(Path file, String rendered) throws IOException {
        if (Boolean.getBoolean("tcpprobe.render")) {
            Files.writeString(file, rendered);
        }
        assertEquals(
                Files.readString(file),
                rendered,
                "the lists have changed: render again with 'mvn test -pl mibs -am -Dtcpprobe.render=true'");
    }
}
