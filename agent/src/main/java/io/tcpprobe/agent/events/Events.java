package io.tcpprobe.agent.events;

import io.tcpprobe.agent.events.EventListener.Change;
import io.tcpprobe.agent.logging.BoundedLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The active events, the last {@value #MAX_PAST} that were cleared, and the sinks. Thread-safe; no sink is called with a lock held. */
public final class Events {
    /** Number of cleared events that are kept. */
    public static final int MAX_PAST = 500;

    /**
     * All events at one moment.
     *
     * @param active the active events, in the order of their ids
     * @param past cleared events, the last one first
     * @param raised how many were raised since the agent started
     * @param suppressed how many were not raised because too many were active
     * @param webhook what has become of the notices to the receivers in events.webhook
     */
    public record State(List<Event> active, List<Event> past, long raised, long suppressed, Deliveries webhook) {}

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final List<EventListener> sinks = new CopyOnWriteArrayList<>();
    private final NavigableMap<Long, Event> active = new TreeMap<>();
    private final Deque<Event> past = new ArrayDeque<>();
    private long raised;
    private long suppressed;
    private volatile Supplier<Deliveries> webhook = () -> Deliveries.NONE;

    /** Adds a sink, which is notified of all events from now on. */
    public void addListener(EventListener sink) {
        sinks.add(sink);
    }

    /** Removes a sink. */
    public void removeListener(EventListener sink) {
        sinks.remove(sink);
    }

    /** Sets what counts the notices to the receivers in events.webhook; without it there are none. */
    public void countWebhook(Supplier<Deliveries> deliveries) {
        webhook = deliveries;
    }

    /** Returns all events. */
    public State state() {
        Deliveries deliveries = webhook.get();
        synchronized (this) {
            return new State(List.copyOf(active.values()), List.copyOf(past), raised, suppressed, deliveries);
        }
    }

    void raise(Event event) {
        synchronized (this) {
            active.put(event.id(), event);
            raised++;
        }
        notifySinks(Change.RAISED, event);
    }

    void clear(Event event) {
        synchronized (this) {
            active.remove(event.id());
            past.addFirst(event);
            if (past.size() > MAX_PAST) {
                past.removeLast();
            }
        }
        notifySinks(Change.CLEARED, event);
    }

    /** Forgets the cleared events. */
    synchronized void forgetPast() {
        past.clear();
    }

    synchronized void countSuppressed() {
        suppressed++;
    }

    private void notifySinks(Change change, Event event) {
        for (EventListener sink : new ArrayList<>(sinks)) {
            try {
                sink.happened(change, event);
            } catch (RuntimeException | Error failed) { // the other sinks get the event
                log.warn(
                        LOG,
                        "notify sink of events",
                        sink.getClass().getName(),
                        "notify " + sink.getClass().getName() + " of event " + event.id() + ": "
                                + BoundedLog.brief(failed));
            }
        }
    }
}
