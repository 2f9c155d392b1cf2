package io.tcpprobe.kernel.flow;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The counts of all listeners at one moment. They begin when the listener begins or, if it is older, when the source finds it, and never
 * fall while the listener exists. Immutable.
 */
public final class ListenerTable {
    /** The value of what is not known. */
    public static final long UNKNOWN = -1;

    /** That of a source that counts nothing for listeners. */
    public static final ListenerTable NONE = new Builder(EnumSet.noneOf(ListenerCounter.class)).build();

    private final Set<ListenerCounter> counted;
    private final Map<Long, Map<ListenerCounter, Long>> listeners;

    private ListenerTable(Builder builder) {
        this.counted = builder.counted;
        this.listeners = Map.copyOf(builder.listeners);
    }

    /** Returns true if the source counts this; a listener can be an exception, see {@link #get}. */
    public boolean counts(ListenerCounter counter) {
        return counted.contains(counter);
    }

    /** Returns the socket cookies of the listeners that are counted. */
    public Set<Long> cookies() {
        return listeners.keySet();
    }

    /**
     * Returns a number of a listener.
     *
     * @param cookie the listener's socket cookie
     * @return {@link #UNKNOWN} if the source does not count it, or has no room for this listener
     */
    public long get(long cookie, ListenerCounter counter) {
        return Objects.requireNonNullElse(
                listeners.getOrDefault(cookie, Map.of()).get(counter), UNKNOWN);
    }

    /** Collects the numbers of listeners. */
    public static final class Builder {
        private final Set<ListenerCounter> counted;
        private final Map<Long, Map<ListenerCounter, Long>> listeners = new HashMap<>();

        /**
         * Begins a table.
         *
         * @param counted what the source counts; other numbers are ignored
         */
        public Builder(Set<ListenerCounter> counted) {
            this.counted = Set.copyOf(counted);
        }

        /** Adds a listener without numbers. */
        public Builder listener(long cookie) {
            listeners.put(cookie, new EnumMap<>(ListenerCounter.class));
            return this;
        }

        /** Sets a number of a listener that was added. */
        public Builder set(long cookie, ListenerCounter counter, long value) {
            if (counted.contains(counter)) {
                Objects.requireNonNull(listeners.get(cookie), "the listener was not added")
                        .put(counter, value);
            }
            return this;
        }

        /** Returns the table; the builder must not be used afterwards. */
        public ListenerTable build() {
            return new ListenerTable(this);
        }
    }
}
