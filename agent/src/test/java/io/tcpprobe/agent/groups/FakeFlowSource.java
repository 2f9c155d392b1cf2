package io.tcpprobe.agent.groups;

import io.tcpprobe.config.SettingUser;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A source with the flows that a test makes up, which have their owners. */
final class FakeFlowSource implements FlowSource {
    private volatile List<FakeFlow> flows;
    private FlowRows rows;

    FakeFlowSource(List<FakeFlow> flows) {
        this.flows = flows;
        this.rows = FakeFlow.rows(flows);
    }

    /** Has other flows from the next refresh on. */
    void set(FakeFlow... others) {
        flows = List.of(others);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public SettingUser settingUser() {
        return SettingUser.DIAG;
    }

    @Override
    public void refresh() {
        rows = FakeFlow.rows(flows);
    }

    @Override
    public FlowRows rows() {
        return rows;
    }

    @Override
    public Map<FlowStatistic, Long> statistics() {
        return Map.of();
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return Map.of();
    }

    /** All flows end as soon as somebody listens. */
    @Override
    public Optional<FlowListener.Subscription> listen(FlowListener listener) {
        flows.forEach(flow -> listener.happened(
                FlowListener.Change.ENDED, flow.ended(EndReason.FIN_SENT).rows()));
        return Optional.of(new FlowListener.Subscription() {
            @Override
            public boolean atRefreshes() {
                return false;
            }

            @Override
            public void close() {}
        });
    }

    @Override
    public void close() {}

    @Override
    public boolean live() {
        return false;
    }
}
