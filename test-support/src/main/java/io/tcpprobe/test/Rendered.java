package io.tcpprobe.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares a committed file with what the lists of the program say; with {@code -Dtcpprobe.render=true} it is written first. */
public final class Rendered {
    private Rendered() {}

    /**
     * Requires that a committed file has this text.
     *
     * @throws AssertionError if it differs; the message has the first line that does, and the remedy
     */
    public static void assertCommitted(Path file, String rendered) throws IOException {
        if (Boolean.getBoolean("tcpprobe.render")) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, rendered);
        }
        String committed = Files.exists(file) ? Files.readString(file) : "";
        if (!committed.equals(rendered)) {
            throw new AssertionError(file + " is not what the lists say: " + difference(committed, rendered)
                    + "; render again with 'mvn test -pl agent -am -Dtcpprobe.render=true'");
        }
    }

    private static String difference(String committed, String rendered) {
        String[] old = committed.split("\n", -1);
        String[] now = rendered.split("\n", -1);
        int line = 0;
        while (line < old.length && line < now.length && old[line].equals(now[line])) {
            line++;
        }
        return "line " + (line + 1) + " should be '" + (line < now.length ? now[line] : "") + "'";
    }
}
