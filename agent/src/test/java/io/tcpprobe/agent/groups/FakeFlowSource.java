package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.flows.TestSource;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import java.util.List;
import java.util.Optional;

/** A source with the flows that a test makes up, which have their owners. */
final class FakeFlowSource extends TestSource {
    private volatile List<FakeFlow> flows;
    private FlowRows rows;
    private volatile long completeNanos = FlowRows.ALWAYS;

    FakeFlowSource(List<FakeFlow> flows) {
        this.flows = flows;
        this.rows = FakeFlow.rows(flows);
    }

    /** Has other flows from the next refresh on. */
    void set(FakeFlow... others) {
        flows = List.of(others);
    }

    /** Has rows that are complete until a time only, from the next refresh on. */
    void completeUntil(long nanos) {
        completeNanos = nanos;
    }

    @Override
    public void refresh() {
        rows = FakeFlow.rows(flows).completeUntil(completeNanos);
    }

    @Override
    public FlowRows rows() {
        return rows;
    }

    /** All flows end as soon as somebody listens. */
    @Override
    public Optional<FlowListener.Subscription> listen(FlowListener listener) {
        flows.forEach(flow -> listener.happened(
                FlowListener.Change.ENDED, flow.ended(EndReason.FIN_SENT).rows()));
        return Optional.of(subscription(() -> {}));
    }
}
