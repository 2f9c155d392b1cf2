package io.tcpprobe.it;

import java.nio.file.Path;

/**
 * The built agent under test.
 *
 * @param folder the folder that users get: lib/, the javaagent's jar, the MIB
 */
public record Distribution(Path folder) {
    /** The one that this build made; the build names it by the system property {@code tcpprobe.dist}. */
    public static Distribution built() {
        return new Distribution(Path.of(System.getProperty("tcpprobe.dist", "../agent/target/tcpprobe")));
    }

    /** What to give {@code java -javaagent:}. */
    public Path javaagent() {
        return folder.resolve("tcpprobe-javaagent.jar");
    }
}
