package io.tcpprobe.agent.logging;

import java.util.Collections;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.log.LogAdapter;
import org.snmp4j.log.LogFactory;

/** Provides SNMP4J with loggers of slf4j, in place of its own, which log nothing. */
final class Snmp4jLogs extends LogFactory {
    private final BoundedLog log = new BoundedLog(System::nanoTime);

    @Override
    protected LogAdapter createLogger(Class<?> type) {
        return createLogger(type.getName());
    }

    @Override
    protected LogAdapter createLogger(String name) {
        return new Snmp4jLogger(LoggerFactory.getLogger(name), log);
    }

    @Override
    public LogAdapter getRootLogger() {
        return createLogger(Logger.ROOT_LOGGER_NAME);
    }

    /** Returns no loggers: levels are set at slf4j's loggers. */
    @Override
    public Iterator<LogAdapter> loggers() {
        return Collections.emptyIterator();
    }
}
