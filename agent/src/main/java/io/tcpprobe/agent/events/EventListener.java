package io.tcpprobe.agent.events;

/** A sink of events. */
@FunctionalInterface
public interface EventListener {
    /** What happened to an event. */
    enum Change {
        RAISED("raised"),
        CLEARED("cleared");

        private final String label;

        Change(String label) {
            this.label = label;
        }

        /** Returns its name in JSON and the like: "raised". */
        public String label() {
            return label;
        }
    }

    /** An event was raised or cleared. Called on the thread that evaluates the rules: it must not block and must not throw. */
    void happened(Change change, Event event);
}
