package io.tcpprobe.agent.parts;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** The lines that a logger writes with {@code debug} 0. */
public final class Heard extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;

    /** Listens until it is closed. */
    public static Heard of(String loggerName) {
        Heard heard = new Heard((Logger) LoggerFactory.getLogger(loggerName));
        heard.start();
        heard.logger.addAppender(heard);
        return heard;
    }

    private Heard(Logger logger) {
        this.logger = logger;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    }

    /** What was said since it was asked before. */
    public List<String> lines() {
        List<String> said = List.copyOf(lines);
        lines.clear();
        return said;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
