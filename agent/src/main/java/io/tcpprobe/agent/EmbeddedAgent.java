package io.tcpprobe.agent;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import java.lang.instrument.Instrumentation;
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
     * @param jvm of the application
     * @return what stops it
     * @throws StartException if it cannot be started; nothing is left running
     */
    public static AutoCloseable start(List<String> assignments, Instrumentation jvm) throws StartException {
        Logging.start();
        Configuration read = Configuration.read(null, System.getenv(), assignments);
        read.warnings().forEach(warning -> LOG.warn("{}", warning));
        Agent agent = start(read, new HostJvm(jvm));
        LOG.info("tcpprobe {} runs in this JVM: {}", AgentFacts.builtVersion(), agent.addresses());
        return agent;
    }

    private static Agent start(Configuration read, HostJvm host) throws StartException {
        try {
            return Agent.startIn(read, host);
        } catch (StartException refused) {
            throw new StartException(
                    refused.problems().stream().map(Problem::forJavaagent).toList());
        }
    }
}
