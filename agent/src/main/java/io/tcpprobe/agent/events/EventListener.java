package io.tcpprobe.agent.events;

/** A sink of events. */
@FunctionalInterface
public interface EventListener {
    /** What happened to an event. */
    enum Change {
        RAISED,
        CLEARED
    }

    /** An event was raised or cleared. Called on the thread that evaluates the rules: it must not block and must not throw. */
    void happened(Change change, Event event);
}
