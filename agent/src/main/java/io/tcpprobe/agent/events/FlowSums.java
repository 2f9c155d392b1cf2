package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowColumns;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The flows of one subject in one window, summed up. */
final class FlowSums {
    private static final int MILLE = 1000;
    private static final int HUNDRED = 100;

    /** The flow that contributed most to a rule. */
    private record Worst(long value, int index) {}

    private final Map<EventRule, Worst> worst = new EnumMap<>(EventRule.class);
    private long segments;
    private long retransmissions;
    private long measured;
    private long queueingMicros;
    private long stalled;
    private long backedOff;
    private long expecting;
    private long silent;

    void add(FlowWindow flow) {
        segments += flow.segments();
        retransmissions += flow.retransmissions();
        note(EventRule.RETRANSMISSION_STORM, flow.retransmissions(), flow);
        if (flow.measuresRtt()) {
            measured++;
            queueingMicros += flow.queueingMicros();
            note(EventRule.RTT_INFLATION, flow.queueingMicros(), flow);
        }
        if (flow.expectsAcks()) {
            expecting++;
        }
        if (flow.silent()) {
            silent++;
            note(EventRule.BLACKHOLE, 1, flow);
        }
        if (flow.stalled()) {
            stalled++;
            note(EventRule.ZERO_WINDOW_STALL, 1, flow);
        }
        if (flow.backedOff()) {
            backedOff++;
            note(EventRule.RTO_BACKOFF, 1, flow);
        }
    }

    private void note(EventRule rule, long value, FlowWindow flow) {
        Worst known = worst.get(rule);
        if (value > (known == null ? 0 : known.value)) {
            worst.put(rule, new Worst(value, flow.index()));
        }
    }

    /** What was measured for a rule. */
    private record Figure(EventRule rule, long value, long count, String text) {}

    private List<Figure> figures() {
        long perMille = segments == 0 ? 0 : Math.min(MILLE, retransmissions * MILLE / segments);
        long queueingMillis = measured == 0 ? 0 : queueingMicros / measured / MILLE;
        long percent = expecting == 0 ? 0 : silent * HUNDRED / expecting;
        return List.of(
                new Figure(
                        EventRule.RETRANSMISSION_STORM,
                        perMille,
                        retransmissions,
                        retransmissions + " of " + segments + " segments retransmitted"),
                new Figure(
                        EventRule.RTT_INFLATION,
                        queueingMillis,
                        measured,
                        "srtt - minRtt " + queueingMillis + " ms, mean of " + measured + " flows"),
                new Figure(EventRule.BLACKHOLE, percent, silent, silent + " of " + expecting + " flows silent"),
                new Figure(EventRule.ZERO_WINDOW_STALL, stalled, stalled, stalled + " flows wait for a window"),
                new Figure(
                        EventRule.RTO_BACKOFF,
                        backedOff,
                        backedOff,
                        backedOff + " flows with a backoff of at least 3"));
    }

    /** Returns the measurements of those rules that apply to this kind of subject and to at least one flow. */
    List<Measurement> measurements(EventSubject subject, FlowColumns flows) {
        List<Measurement> all = new ArrayList<>();
        if (worst.isEmpty()) {
            return all;
        }
        for (Figure figure : figures()) {
            Worst most = worst.get(figure.rule);
            if (most != null && figure.rule.subjects().contains(subject.kind())) {
                all.add(new Measurement(
                        figure.rule,
                        subject,
                        figure.value,
                        figure.count,
                        () -> figure.text + worstFlow(subject, flows, most.index),
                        flows.flowId(most.index)));
            }
        }
        return all;
    }

    private static String worstFlow(EventSubject subject, FlowColumns flows, int index) {
        return subject.kind() == EventRule.Subject.FLOW ? "" : "; worst: " + SubjectNames.endpoints(flows, index);
    }
}
