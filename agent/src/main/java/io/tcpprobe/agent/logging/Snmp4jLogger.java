package io.tcpprobe.agent.logging;

import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.snmp4j.log.LogAdapter;
import org.snmp4j.log.LogLevel;

/**
 * Adapts a logger of SNMP4J to slf4j. SNMP4J has only one debug level, and logs to it per packet; both its debug and its info lines go to
 * slf4j's debug. Its warnings and errors concern what clients have sent: they are logged within bounds, in one line each.
 *
 * @param logger receives all lines
 * @param log bounds the warnings and errors
 */
record Snmp4jLogger(Logger logger, BoundedLog log) implements LogAdapter {
    /** The length of the prefix that identifies a message: the rest may differ each time. */
    private static final int BEGINNING = 20;

    private void bounded(Level level, String message) {
        String name = logger.getName().substring(logger.getName().lastIndexOf('.') + 1);
        String beginning = message.substring(0, Math.min(BEGINNING, message.length()));
        log.log(logger, level, "SNMP4J " + name, beginning, message);
    }

    private static String text(@Nullable Object message) {
        return message instanceof Throwable thrown ? BoundedLog.brief(thrown) : String.valueOf(message);
    }

    private static String text(CharSequence message, @Nullable Throwable cause) {
        return cause == null ? message.toString() : message + ": " + BoundedLog.brief(cause);
    }

    @Override
    public boolean isDebugEnabled() {
        return logger.isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
        return logger.isDebugEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
        return logger.isWarnEnabled();
    }

    @Override
    public void debug(Serializable message) {
        logger.debug("{}", message);
    }

    @Override
    public void info(CharSequence message) {
        logger.debug("{}", message);
    }

    @Override
    public void warn(Serializable message) {
        bounded(Level.WARN, text(message));
    }

    @Override
    public void error(Serializable message) {
        bounded(Level.ERROR, text(message));
    }

    @Override
    public void error(CharSequence message, @Nullable Throwable cause) {
        bounded(Level.ERROR, text(message, cause));
    }

    @Override
    public void fatal(Object message) {
        bounded(Level.ERROR, text(message));
    }

    @Override
    public void fatal(CharSequence message, @Nullable Throwable cause) {
        bounded(Level.ERROR, text(message, cause));
    }

    /** Does nothing: {@link Logging} sets the levels. */
    @Override
    public void setLogLevel(LogLevel level) {}

    @Override
    public LogLevel getLogLevel() {
        return getEffectiveLogLevel();
    }

    @Override
    public LogLevel getEffectiveLogLevel() {
        return logger.isDebugEnabled()
                ? LogLevel.DEBUG
                : logger.isInfoEnabled() ? LogLevel.INFO : logger.isWarnEnabled() ? LogLevel.WARN : LogLevel.ERROR;
    }

    @Override
    public String getName() {
        return logger.getName();
    }

    @Override
    public Iterator<?> getLogHandler() {
        return Collections.emptyIterator();
    }
}
