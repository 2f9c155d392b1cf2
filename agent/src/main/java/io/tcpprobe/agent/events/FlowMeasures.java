package io.tcpprobe.agent.events;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the rules about flows from two snapshots. A flow that is in one of them only is not measured. At most
 * {@value #MAX_SUBJECTS} subjects are measured in a window.
 */
final class FlowMeasures {
    static final int MAX_SUBJECTS = 10_000;

    private final FlowColumns now;
    private final long largeBytes;
    private final Map<EventSubject, FlowSums> sums = new HashMap<>();

    private FlowMeasures(FlowColumns now, long largeBytes) {
        this.now = now;
        this.largeBytes = largeBytes;
    }

    /**
     * Measures all flows.
     *
     * @param before the flows at the begin of the window; has {@link FlowWindow#FIELDS} at least
     * @param now the flows at its end
     * @param largeBytes a flow that has sent so many bytes is a subject of its own
     */
    static List<Measurement> of(FlowColumns before, FlowColumns now, long largeBytes) {
        FlowMeasures measures = new FlowMeasures(now, largeBytes);
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
        add(SubjectNames.peerPrefix(now, index), flow);
        if (flow.stalled() || flow.backedOff()) {
            if (SubjectNames.isPassive(now, index)) {
                add(SubjectNames.listener(now, index), flow);
            }
            if (now.has(FlowField.PID, index)) {
                add(SubjectNames.process(now, index), flow);
            }
        }
        if (flow.isLarge(largeBytes)) {
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
