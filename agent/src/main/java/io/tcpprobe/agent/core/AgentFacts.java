package io.tcpprobe.agent.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;

/**
 * Facts that do not change while the agent runs.
 *
 * @param version the agent's version: "0.1.0"
 * @param sourceName the source of the flows: "diag"
 * @param sourcesRefused why each preferred source, or a part of the running one, is not used; one reason a line, empty if there is none
 * @param kernelRelease as of uname -r
 * @param hostName the name of this host
 * @param startedAt when the agent started
 */
public record AgentFacts(
        String version,
        String sourceName,
        String sourcesRefused,
        String kernelRelease,
        String hostName,
        Instant startedAt) {

    private static final Path KERNEL = Path.of("/proc/sys/kernel");

    /** Returns the facts of an agent that starts now on this host. */
    public static AgentFacts ofThisHost(String sourceName, String sourcesRefused) throws IOException {
        return new AgentFacts(
                builtVersion(),
                sourceName,
                sourcesRefused,
                Files.readString(KERNEL.resolve("osrelease")).strip(),
                Files.readString(KERNEL.resolve("hostname")).strip(),
                Instant.now());
    }

    /** Returns the version that the build wrote to a resource beside this class. */
    public static String builtVersion() {
        Properties build = new Properties();
        try (InputStream in = AgentFacts.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return build.getProperty("version", "unknown");
    }
}
