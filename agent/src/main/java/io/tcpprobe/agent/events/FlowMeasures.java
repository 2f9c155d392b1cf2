package io.tcpprobe.agent.events;

import io.tcpprobe.agent.groups.PeerPrefixes;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures the rules about flows from two snapshots. A flow that is in one of them only is not measured. At most
 * {@value #MAX_SUBJECTS} subjects are measured in a window, besides the watched flows.
 */
final class FlowMeasures {
    static final int MAX_SUBJECTS = 10_000;

    /**
     * Determines the subjects of flows.
     *
     * @param prefixes the prefixes of peers
     * @param watched the ids of flows that are subjects of their own, few
     * @param largeBytes a flow that has sent so many bytes is a subject of its own, too
     */
    record Subjects(PeerPrefixes prefixes, Set<Long> watched, long largeBytes) {}

    private final FlowColumns now;
    private final Subjects subjects;
    private final Map<EventSubject, FlowSums> sums = new HashMap<>();

    private FlowMeasures(FlowColumns now, Subjects subjects) {
        this.now = now;
        this.subjects = subjects;
    }

    /**
     * Measures all flows.
     *
     * @param before the flows at the begin of the window; has {@link FlowWindow#FIELDS} at least
     * @param now the flows at its end
     */
    static List<Measurement> of(FlowColumns before, FlowColumns now, Subjects subjects) {
        FlowMeasures measures = new FlowMeasures(now, subjects);
        FlowWindow flow = new FlowWindow(before, now);
        int i = 0;
        for (int j = 0; j < now.size(); j++) {
            long id = now.flowId(j);
            while (i < before.size() && before.flowId(i) < id) {
                i++;
            }
            if (i < before.size() && before.flowId(i) == id) {
                flow.select(i, j);
                measures.add(flow);
            }
        }
        List<Measurement> all = new ArrayList<>();
        measures.sums.forEach((subject, sum) -> all.addAll(sum.measurements(subject, now)));
        return all;
    }

    private void add(FlowWindow flow) {
        if (!flow.active()) {
            return;
        }
        int index = flow.index();
        add(SubjectNames.peerPrefix(subjects.prefixes, now, index), flow);
        if (flow.stalled() || flow.backedOff()) {
            if (SubjectNames.isPassive(now, index)) {
                add(SubjectNames.listener(now, index), flow);
            }
            if (now.has(FlowField.PID, index)) {
                add(SubjectNames.process(now, index), flow);
            }
        }
        if (subjects.watched.contains(now.flowId(index))) {
            sums.computeIfAbsent(SubjectNames.flow(now, index), _ -> new FlowSums())
                    .add(flow);
        } else if (flow.isLarge(subjects.largeBytes)) {
            add(SubjectNames.flow(now, index), flow);
        }
    }

    private void add(EventSubject subject, FlowWindow flow) {
        FlowSums sum = sums.get(subject);
        if (sum == null && sums.size() < MAX_SUBJECTS) {
            sum = new FlowSums();
            sums.put(subject, sum);
        }
        if (sum != null) {
            sum.add(flow);
        }
    }
}
