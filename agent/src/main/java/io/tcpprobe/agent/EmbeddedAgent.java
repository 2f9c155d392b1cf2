package io.tcpprobe.agent;

import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.config.Configuration;
import java.util.List;

/** The agent inside a JVM that somebody else runs. */
public final class EmbeddedAgent {
    private EmbeddedAgent() {}

    /**
     * Starts the agent; the environment's settings count too.
     *
     * @param assignments "key=value"
     * @return what stops it
     * @throws StartException if it cannot be started; nothing is left running
     */
    public static AutoCloseable start(List<String> assignments) throws StartException {
        Logging.start();
        return Agent.start(Configuration.read(null, System.getenv(), assignments), false);
    }
}
