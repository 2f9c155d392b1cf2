package io.tcpprobe.agent.events;

import io.tcpprobe.agent.logging.BoundedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Logs events: one line when an event is raised and one when it is cleared, within the limits of {@link BoundedLog}. */
public final class EventLogger implements EventListener {
    private static final Logger LOG = LoggerFactory.getLogger(EventLogger.class);

    private final BoundedLog log;

    /** @param log bounds the lines */
    public EventLogger(BoundedLog log) {
        this.log = log;
    }

    @Override
    public void happened(Change change, Event event) {
        switch (change) {
            case RAISED ->
                log.warn(
                        LOG,
                        "event " + event.rule().label(),
                        event.subject().name(),
                        "event " + event.id() + " raised: " + event.line() + "; "
                                + event.rule().advice());
            case CLEARED ->
                log.log(
                        LOG,
                        Level.INFO,
                        "cleared " + event.rule().label(),
                        event.subject().name(),
                        "event " + event.id() + " cleared: " + event.line());
        }
    }
}
