package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.Verdict;
import java.time.Instant;
import java.util.Optional;

/** Events for tests of their sinks. */
public final class TestEvents {
    private static final long BEGIN_MILLIS = 1_700_000_000_123L;

    private TestEvents() {}

    /** An active event about a prefix of its own. */
    public static Event active(long id) {
        return new Event(
                id,
                EventRule.BLACKHOLE,
                new EventSubject(EventRule.Subject.PEER_PREFIX, "10." + id / 250 + "." + id % 250 + ".0/24"),
                Instant.ofEpochMilli(BEGIN_MILLIS + id),
                Optional.empty(),
                97,
                80,
                "33 of 34 flows silent; largest: \"10.4.5.6:443\"",
                Optional.of(Verdict.RECOVERY));
    }

    /** The same event, when it has been cleared. */
    public static Event cleared(long id) {
        return active(id).cleared(Instant.ofEpochMilli(BEGIN_MILLIS + 60_000 + id));
    }

    /** Raises an event. */
    public static void raise(Events events, long id) {
        events.raise(active(id));
    }

    /** Clears an event. */
    public static void clear(Events events, long id) {
        events.clear(cleared(id));
    }
}
