package io.tcpprobe.agent.jfr;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowRanking;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import java.util.List;

/** Writes the verdicts of the busiest flows. The flight recorder runs it once in each period of the event. */
final class VerdictHook implements Runnable {
    /** Maximum number of events of a period. */
    static final int MAX_FLOWS = 20;

    private final FlowSnapshotCache flows;
    private final VerdictEvent probe = new VerdictEvent();

    VerdictHook(FlowSnapshotCache flows) {
        this.flows = flows;
    }

    @Override
    public void run() {
        if (!probe.isEnabled()) {
            return;
        }
        FlowSnapshot snapshot = flows.current();
        List<Flow> busiest = FlowRanking.busiest(snapshot, MAX_FLOWS);
        for (int i = 0; i < busiest.size(); i++) {
            VerdictEvent event = new VerdictEvent();
            if (event.shouldCommit()) {
                Flow flow = busiest.get(i);
                event.identify(flow.id(), snapshot.flows().at(flow.index()));
                event.judge(i + 1, flow);
                event.commit();
            }
        }
    }
}
