package io.tcpprobe.agent.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.log.LogFactory;

/** How much is logged. Set up by code only: no file and no system property of the JVM that the agent runs in is read. */
public final class Logging {
    /** The logger of who changed what. Its lines are written at every level of {@code debug}. */
    public static final String AUDIT = "tcpprobe.audit";

    private static final String OURS = "io.tcpprobe";

    private Logging() {}

    /**
     * Takes in what SNMP4J logs, and logs as with {@code debug} 0. To be called once, before the first class of SNMP4J is
     * used: each of them keeps the logger that it finds as it is loaded.
     */
    public static void start() {
        LogFactory.setLogFactory(new Snmp4jLogs());
        level(0);
    }

    /**
     * Follows the setting {@code debug}, at once.
     *
     * @param debug 0: what matters; 1: what the agent does as well; 2: every detail, and what the libraries do
     */
    public static void level(long debug) {
        Level ours = debug <= 0 ? Level.INFO : debug == 1 ? Level.DEBUG : Level.TRACE;
        levels(ours, debug >= 2 ? Level.DEBUG : Level.WARN, Level.INFO);
    }

    /** Logs warnings and errors only, for commands that print their answer and end. */
    public static void warningsOnly() {
        levels(Level.WARN, Level.WARN, Level.WARN);
    }

    private static void levels(Level ours, Level others, Level audit) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(others);
        context.getLogger(OURS).setLevel(ours);
        context.getLogger(AUDIT).setLevel(audit);
    }
}
