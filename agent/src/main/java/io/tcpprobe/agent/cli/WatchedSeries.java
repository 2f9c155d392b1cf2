package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.groups.Containers;
import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.agent.series.FlowWatches;
import io.tcpprobe.agent.series.SampleSeries;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowSource;
import java.io.IOException;
import java.util.Optional;

/** A watch, of the running agent or of this process. Closing it ends the watch. */
interface WatchedSeries extends AutoCloseable {
    /**
     * Returns samples.
     *
     * @param from the number of the first one: 0, or {@link SampleSeries#next} of the last call
     * @throws IOException if they cannot be read; the message states the cause
     */
    SampleSeries read(long from) throws IOException;

    @Override
    void close();

    /**
     * Begins a watch of the running agent.
     *
     * @param what a flow id or an endpoint
     * @throws IOException if the agent refuses or does not respond; the message states the cause
     */
    static WatchedSeries of(AgentClient agent, String what) throws IOException {
        if (!(agent.call("Watches", "watch", what) instanceof Number number)) {
            throw new IOException("watch " + what + ": the agent does not return a number");
        }
        long watch = number.longValue();
        return new WatchedSeries() {
            @Override
            public SampleSeries read(long from) throws IOException {
                return SeriesJson.parse(agent.call("Watches", "series", watch, from));
            }

            @Override
            public void close() {
                try {
                    agent.call("Watches", "unwatch", watch);
                } catch (IOException _) {
                    // it ends by itself
                }
            }
        };
    }

    /**
     * Begins a watch in this process, which owns the source from now on.
     *
     * @throws IOException if the source refuses; the message states the cause
     */
    static WatchedSeries of(FlowSource source, SettingStore settings, String what) throws IOException {
        RequestScope requests = new RequestScope();
        Clocks clocks = Clocks.system();
        FlowSnapshotCache snapshots = new FlowSnapshotCache(source, settings, requests, clocks, new VerdictHistory());
        Containers containers = Containers.of(settings, clocks.monotonicNanos(), source.live());
        try {
            FlowGroups groups = new FlowGroups(new FlowGroups.Options(
                    snapshots, requests, settings, clocks.monotonicNanos(), containers, source.live()));
            FlowWatches watches = new FlowWatches(
                    new FlowWatches.Options(snapshots, groups, settings, clocks.monotonicNanos(), clocks.wallMillis()));
            Optional<FlowListener.Subscription> events = snapshots.listen(watches);
            long watch = watches.watch(what);
            return new WatchedSeries() {
                @Override
                public SampleSeries read(long from) {
                    return watches.read(watch, from);
                }

                @Override
                public void close() {
                    watches.close();
                    events.ifPresent(FlowListener.Subscription::close);
                    containers.close();
                    snapshots.close();
                }
            };
        } catch (IOException | RuntimeException failed) {
            containers.close();
            snapshots.close();
            throw failed;
        }
    }
}
