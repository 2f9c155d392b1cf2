package io.tcpprobe.agent.http;

import io.tcpprobe.agent.logging.BoundedLog;
import org.jolokia.core.api.LogHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends Jolokia's log to SLF4J, bounded so that no client can fill the log; routine messages are logged at debug. */
final class LogToSlf4j implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger("org.jolokia");

    private final BoundedLog log;

    LogToSlf4j(BoundedLog log) {
        this.log = log;
    }

    @Override
    public void debug(String message) {
        LOG.trace(message);
    }

    @Override
    public void info(String message) {
        LOG.debug(message);
    }

    @Override
    public void error(String message, @Nullable Throwable cause) {
        log.warn(LOG, "jolokia", "", cause == null ? message : message + ": " + BoundedLog.brief(cause));
        LOG.debug("{}", message, cause);
    }

    @Override
    public boolean isDebug() {
        return LOG.isTraceEnabled();
    }
}
