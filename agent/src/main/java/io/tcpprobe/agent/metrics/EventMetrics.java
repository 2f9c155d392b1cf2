package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.events.Deliveries;
import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.Events;
import io.tcpprobe.kernel.flow.EventRule;
import java.util.Map;
import java.util.stream.Collectors;

/** The number of events. */
final class EventMetrics {
    private EventMetrics() {}

    /** Adds the values of all events. */
    static void collect(Events.State events, MetricSink sink) {
        Map<EventRule, Long> active =
                events.active().stream().collect(Collectors.groupingBy(Event::rule, Collectors.counting()));
        for (EventRule rule : EventRule.values()) {
            sink.add(
                    Metric.EVENTS_ACTIVE,
                    active.getOrDefault(rule, 0L),
                    rule.label(),
                    rule.severity().label());
        }
        sink.add(Metric.EVENTS_RAISED, events.raised());
        sink.add(Metric.EVENTS_SUPPRESSED, events.suppressed());
        Deliveries webhook = events.webhook();
        sink.add(Metric.WEBHOOK_NOTICES, webhook.sent(), "sent");
        sink.add(Metric.WEBHOOK_NOTICES, webhook.failed(), "failed");
        sink.add(Metric.WEBHOOK_NOTICES, webhook.dropped(), "dropped");
    }
}
