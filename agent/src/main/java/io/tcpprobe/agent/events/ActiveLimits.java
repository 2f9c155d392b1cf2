package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.EventRule;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the active events. Every kind of subject has its own share, so that a peer, who chooses the prefixes that it connects from, cannot
 * suppress events about processes or listeners. Events of the host are not limited: it is one subject, and a rule has one event of it.
 */
final class ActiveLimits {
    /** Active events of one kind of subject. */
    static final int MAX_OF_KIND = 200;

    /** Active events of one rule and one kind of subject. */
    static final int MAX_OF_RULE = 50;

    /** Active events of one subject. */
    static final int MAX_OF_SUBJECT = 4;

    private record OfRule(EventRule rule, EventRule.Subject kind) {}

    private final Map<EventRule.Subject, Integer> ofKind = new HashMap<>();
    private final Map<OfRule, Integer> ofRule = new HashMap<>();
    private final Map<EventSubject, Integer> ofSubject = new HashMap<>();

    /** Returns true if no further event of this subject may be active. */
    boolean full(Measurement.Key key) {
        EventRule.Subject kind = key.subject().kind();
        return kind != EventRule.Subject.HOST
                && (ofKind.getOrDefault(kind, 0) >= MAX_OF_KIND
                        || ofRule.getOrDefault(new OfRule(key.rule(), kind), 0) >= MAX_OF_RULE
                        || ofSubject.getOrDefault(key.subject(), 0) >= MAX_OF_SUBJECT);
    }

    /** Counts an event that was raised. */
    void add(Measurement.Key key) {
        count(key, 1);
    }

    /** Counts an event that was cleared. */
    void remove(Measurement.Key key) {
        count(key, -1);
    }

    private void count(Measurement.Key key, int change) {
        EventRule.Subject kind = key.subject().kind();
        count(ofKind, kind, change);
        count(ofRule, new OfRule(key.rule(), kind), change);
        count(ofSubject, key.subject(), change);
    }

    private static <T> void count(Map<T, Integer> counts, T key, int change) {
        int now = counts.getOrDefault(key, 0) + change;
        if (now == 0) {
            counts.remove(key);
        } else {
            counts.put(key, now);
        }
    }
}
