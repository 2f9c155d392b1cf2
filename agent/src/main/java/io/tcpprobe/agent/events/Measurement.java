package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.EventRule;

/**
 * What was measured for a rule and a subject in one window.
 *
 * @param rule the rule
 * @param subject the subject
 * @param value its value, in the unit of the rule
 * @param count how many retransmissions, flows or failures it rests on, see {@link EventRule#minimum}
 * @param evidence the values behind it
 * @param flowId the id of the flow that contributed most; 0 if it is not about flows
 */
record Measurement(EventRule rule, EventSubject subject, long value, long count, Evidence evidence, long flowId) {
    /** Composes the text of the evidence; called only when an event is raised. */
    @FunctionalInterface
    interface Evidence {
        String text();
    }

    Key key() {
        return new Key(rule, subject);
    }

    /** Identifies an active event: a rule has at most one for a subject. */
    record Key(EventRule rule, EventSubject subject) {}
}
