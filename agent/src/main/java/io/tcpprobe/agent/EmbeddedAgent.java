package io.tcpprobe.agent;

import io.tcpprobe.agent.about.AgentFacts;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.config.Configuration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent inside a JVM that somebody else runs. */
public final class EmbeddedAgent {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedAgent.class);

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
        Configuration read = Configuration.read(null, System.getenv(), assignments);
        read.warnings().forEach(warning -> LOG.warn("{}", warning));
        Agent agent = Agent.start(read, false);
        LOG.info(
                "tcpprobe {} runs in this JVM: SNMP {}, HTTP {}",
                AgentFacts.builtVersion(),
                agent.snmp(),
                agent.http());
        return agent;
    }
}
