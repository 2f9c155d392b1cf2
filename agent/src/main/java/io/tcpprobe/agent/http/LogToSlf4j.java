package io.tcpprobe.agent.http;

import org.jolokia.core.api.LogHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Jolokia says goes where everything else goes; its chatter is debug to us. */
final class LogToSlf4j implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger("org.jolokia");

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
        LOG.warn(message, cause);
    }

    @Override
    public boolean isDebug() {
        return LOG.isTraceEnabled();
    }
}
