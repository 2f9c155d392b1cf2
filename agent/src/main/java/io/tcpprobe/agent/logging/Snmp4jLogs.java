package io.tcpprobe.agent.logging;

import java.util.Collections;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.log.LogAdapter;
import org.snmp4j.log.LogFactory;

/** Gives SNMP4J loggers of slf4j, in the place of its own, which say nothing. */
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

    /** None to list: levels are set at slf4j's loggers. */
    @Override
    public Iterator<LogAdapter> loggers() {
        return Collections.emptyIterator();
    }
}
