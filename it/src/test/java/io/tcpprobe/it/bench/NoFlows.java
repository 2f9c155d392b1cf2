package io.tcpprobe.it.bench;

import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Set;

/** A source without flows: for what is measured without them. */
final class NoFlows implements FlowSource {
    private final FlowRows rows = new FlowRows(Arena.ofAuto().allocate(FlowLayout.SIZE, Long.BYTES), 0);

    static FlowSnapshotCache snapshots() throws BadSettingException {
        return new FlowSnapshotCache(
                new NoFlows(), new SettingStore(Map.of(), _ -> {}), System::nanoTime, System::currentTimeMillis);
    }

    @Override
    public String name() {
        return "none";
    }

    @Override
    public Set<Setting<?>> uses() {
        return Set.of();
    }

    @Override
    public void refresh() {}

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

    @Override
    public void close() {}
}
