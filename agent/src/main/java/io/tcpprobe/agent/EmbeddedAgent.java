package io.tcpprobe.agent;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import java.lang.instrument.Instrumentation;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent inside the JVM of another application. */
public final class EmbeddedAgent {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedAgent.class);

    private EmbeddedAgent() {}

    /**
     * Starts the agent; settings in environment variables apply as well.
     *
     * @param assignments "key=value"
     * @param jvm the instrumentation of the application's JVM
     * @return closing it stops the agent
     * @throws StartException if it cannot be started; nothing is left running
     */
    public static AutoCloseable start(List<String> assignments, Instrumentation jvm) throws StartException {
        Logging.start();
        Configuration read = Configuration.read(null, System.getenv(), assignments);
        read.warnings().forEach(warning -> LOG.warn("{}", warning));
        Agent agent = start(read, new HostJvm(jvm));
        String listening = agent.addresses().entrySet().stream()
                .filter(connector -> !connector.getValue().isEmpty())
                .map(connector -> connector.getKey().toUpperCase(Locale.ROOT) + ' ' + connector.getValue())
                .collect(Collectors.joining(", "));
        LOG.info("tcpprobe {} runs in this JVM: {}", AgentFacts.builtVersion(), listening);
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
