package io.tcpprobe.agent.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.time.ZoneId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.log.LogFactory;

/** Configures how much is logged, by code only: no file and no system property of the hosting JVM is read. */
public final class Logging {
    /** The logger of the audit: who changed what. Its lines are written at every level of {@code debug}. */
    public static final String AUDIT = "tcpprobe.audit";

    private static final String OURS = "io.tcpprobe";

    private static final String KAFKA = "org.apache.kafka";

    private Logging() {}

    /**
     * Redirects SNMP4J's log and sets the level of {@code debug} 0. Must be called once, before the first class of SNMP4J is used: each
     * class keeps the logger that it finds when it is loaded.
     */
    public static void start() {
        LogFactory.setLogFactory(new Snmp4jLogs());
        level(0);
    }

    /**
     * Applies the setting {@code debug} immediately.
     *
     * @param debug 0: important events; 1: also what the agent does; 2: every detail, including that of the libraries
     */
    public static void level(long debug) {
        Level agentLevel = debug <= 0 ? Level.INFO : debug == 1 ? Level.DEBUG : Level.TRACE;
        levels(agentLevel, debug >= 2 ? Level.DEBUG : Level.WARN, Level.INFO);
    }

    /** Logs warnings and errors only, for commands that print a result and exit. */
    public static void warningsOnly() {
        levels(Level.WARN, Level.WARN, Level.WARN);
    }

    /**
     * Sends the audit to the system log, and nowhere else, until that is closed: for a command that changes something and has no log of its own.
     *
     * @param address {@link SystemLog#ADDRESS}
     */
    public static SystemLog auditToSystemLog(String address) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        SystemLog log = new SystemLog(address, ZoneId.systemDefault());
        log.setContext(context);
        log.start();
        var audit = context.getLogger(AUDIT);
        audit.addAppender(log);
        audit.setAdditive(false);
        audit.setLevel(Level.INFO);
        return log;
    }

    private static void levels(Level agentLevel, Level others, Level audit) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(others);
        // Its producer logs each attempt to connect and to log in; what it cannot send, and why, is reported by the
        // connector.
        context.getLogger(KAFKA).setLevel(others == Level.WARN ? Level.OFF : others);
        context.getLogger(OURS).setLevel(agentLevel);
        context.getLogger(AUDIT).setLevel(audit);
    }
}
