package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.Verdict;
import java.time.Instant;
import java.util.Optional;

/**
 * An event: a rule held for a subject.
 *
 * @param id its number, from 1; later events have higher numbers
 * @param rule the rule
 * @param subject what it is about
 * @param raised when it was raised
 * @param cleared when it was cleared; empty while it is active
 * @param value the value that raised it, in the unit of the rule
 * @param threshold the threshold at that time
 * @param evidence the values behind it, at most {@value #MAX_EVIDENCE} characters
 * @param verdict what limited the flow that contributed most; empty if unknown, or if the event is not about flows
 */
public record Event(
        long id,
        EventRule rule,
        EventSubject subject,
        Instant raised,
        Optional<Instant> cleared,
        long value,
        long threshold,
        String evidence,
        Optional<Verdict> verdict) {
    /** Characters of the evidence, all ASCII: SNMP carries no more. */
    public static final int MAX_EVIDENCE = 255;

    public Event {
        if (evidence.length() > MAX_EVIDENCE) {
            evidence = evidence.substring(0, MAX_EVIDENCE);
        }
    }

    /** Returns the same event, cleared. */
    Event cleared(Instant when) {
        return new Event(id, rule, subject, raised, Optional.of(when), value, threshold, evidence, verdict);
    }

    /** Returns it as one line: "blackhole of peerPrefix 192.0.2.0/24: 4 of 4 flows silent". */
    public String line() {
        return rule.label() + " of " + subject.kind().label() + " " + subject.name() + ": " + evidence;
    }
}
