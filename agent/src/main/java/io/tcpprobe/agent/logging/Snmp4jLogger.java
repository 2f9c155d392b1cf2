package io.tcpprobe.agent.logging;

import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.snmp4j.log.LogAdapter;
import org.snmp4j.log.LogLevel;

/**
 * One logger of SNMP4J as one of slf4j. SNMP4J has one debug level only, and it is per packet: it goes to slf4j's debug.
 *
 * @param logger where everything goes
 */
record Snmp4jLogger(Logger logger) implements LogAdapter {
    @Override
    public boolean isDebugEnabled() {
        return logger.isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
        return logger.isInfoEnabled();
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
        logger.info("{}", message);
    }

    @Override
    public void warn(Serializable message) {
        logger.warn("{}", message, message instanceof Throwable thrown ? thrown : null);
    }

    @Override
    public void error(Serializable message) {
        logger.error("{}", message, message instanceof Throwable thrown ? thrown : null);
    }

    @Override
    public void error(CharSequence message, @Nullable Throwable cause) {
        logger.error("{}", message, cause);
    }

    @Override
    public void fatal(Object message) {
        logger.error("{}", message, message instanceof Throwable thrown ? thrown : null);
    }

    @Override
    public void fatal(CharSequence message, @Nullable Throwable cause) {
        logger.error("{}", message, cause);
    }

    /** Does nothing: levels are {@link Logging}'s. */
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
