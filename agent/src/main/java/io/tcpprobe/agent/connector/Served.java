package io.tcpprobe.agent.connector;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.PushCounts;
import io.tcpprobe.agent.core.RequestCounts;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.estats.FlowEventHub;
import io.tcpprobe.agent.estats.LiveAndEndedFlowsSupplier;
import io.tcpprobe.agent.events.Events;
import io.tcpprobe.agent.flowlog.FlowLog;
import io.tcpprobe.agent.flowlog.FlowLogReader;
import io.tcpprobe.agent.flows.DerivedValues;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.Replay;
import io.tcpprobe.agent.groups.Containers;
import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.agent.metrics.Metrics;
import io.tcpprobe.agent.push.FlowRecordStream;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.series.FlowWatches;
import io.tcpprobe.agent.series.History;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.agent.state.UserWatch;
import io.tcpprobe.agent.threads.LastResort;
import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.proc.HostCounters;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Everything that a connector may serve, and the objects that it needs.
 *
 * @param settings the settings
 * @param used the settings that have an effect on the running source
 * @param requests the scope of a request
 * @param flows the live flows
 * @param knownFlows the live flows, and the ended ones that are kept
 * @param events notifies of flows that begin and end
 * @param groups flows summed by role, port, process, container, pod and peer
 * @param watches the flows of which every sample is kept
 * @param history the values of each second of the recent past
 * @param ruleEvents the events that rules have raised, and their sinks
 * @param metrics the values for monitoring systems
 * @param counts counts the requests of the connectors
 * @param records makes flow records while a push connector is on
 * @param pushed counts what the push connectors have sent
 * @param flowLog the ended connections on disk; empty if there is no log
 * @param replay the control of the recording that is played; empty if the flows are those of this host
 * @param sockets all sockets
 * @param terminator deletes connections
 * @param counters the host's counters
 * @param facts what does not change while the agent runs
 * @param users who may read and write
 * @param userWatch notifies of changes of the users
 * @param engine the identity of the SNMP engine
 * @param mbeans the MBean server
 * @param jvm the JVM that the agent runs in
 * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
 */
public record Served(
        SettingStore settings,
        Set<Setting<?>> used,
        RequestScope requests,
        FlowSnapshotCache flows,
        LiveAndEndedFlowsSupplier knownFlows,
        FlowEventHub events,
        FlowGroups groups,
        FlowWatches watches,
        History history,
        Events ruleEvents,
        Metrics metrics,
        RequestCounts counts,
        FlowRecordStream records,
        PushCounts pushed,
        Optional<ServedFlowLog> flowLog,
        Optional<Replay> replay,
        SocketSnapshotCache sockets,
        ConnectionTerminator terminator,
        HostCounters counters,
        AgentFacts facts,
        Users users,
        UserWatch userWatch,
        EngineFile engine,
        MBeanViews mbeans,
        Jvm jvm,
        LongSupplier monotonicNanos) {
    /**
     * The flow log.
     *
     * @param writer writes it
     * @param reader searches it
     */
    public record ServedFlowLog(FlowLog writer, FlowLogReader reader) {}

    /**
     * The JVM that the agent runs in.
     *
     * @param own true if it is the agent's own; false inside an application
     * @param lastResort is notified when a connector has failed for good
     */
    public record Jvm(boolean own, LastResort lastResort) {}

    /**
     * What the rest is made from.
     *
     * @param settings the settings
     * @param source the source of the flows
     * @param clocks the clocks of all caches
     * @param containers the containers of the flows, and their pods
     * @param counters the host's counters
     * @param facts what does not change while the agent runs
     * @param users who may read and write
     * @param engine the identity of the SNMP engine
     * @param mbeans the MBean server
     * @param flowLog the ended connections on disk; empty if there is no log
     * @param jvm the JVM that the agent runs in
     */
    public record Base(
            SettingStore settings,
            FlowSource source,
            Clocks clocks,
            Containers containers,
            HostCounters counters,
            AgentFacts facts,
            Users users,
            EngineFile engine,
            MBeanViews mbeans,
            Optional<ServedFlowLog> flowLog,
            Jvm jvm) {}

    /**
     * Creates everything that is served.
     *
     * @param started receives each part that must be closed, as soon as it exists; they are closed in the reverse order
     */
    public static Served of(Base base, Consumer<? super AutoCloseable> started) {
        SettingStore settings = base.settings;
        LongSupplier monotonicNanos = base.clocks.monotonicNanos();
        RequestScope requests = new RequestScope();
        FlowSnapshotCache flows = new FlowSnapshotCache(
                base.source,
                settings,
                requests,
                base.clocks,
                new DerivedValues(new VerdictHistory(), base.containers::names));
        started.accept(flows);
        SocketSnapshotCache sockets = new SocketSnapshotCache(flows, requests, settings, monotonicNanos);
        started.accept(sockets);
        FlowEventHub events = new FlowEventHub(flows, settings, monotonicNanos);
        started.accept(events);
        base.flowLog.ifPresent(log -> events.subscribe(log.writer(), "the flow log stays empty"));
        FlowGroups groups = new FlowGroups(
                new FlowGroups.Options(flows, requests, settings, monotonicNanos, base.containers, base.source.live()));
        events.subscribe(groups, "groups do not count ended flows by reason");
        FlowWatches watches = new FlowWatches(
                new FlowWatches.Options(flows, groups, settings, monotonicNanos, base.clocks.wallMillis()));
        started.accept(watches);
        events.subscribe(watches, "watches find new flows within a second only");
        History history = new History(new History.Options(base.counters, flows, groups, settings, base.clocks));
        started.accept(history);
        Optional<Replay> replay = base.source.playback().map(playback -> new Replay(flows, playback, settings));
        replay.ifPresent(control -> {
            started.accept(control);
            control.addListener(groups);
            control.addListener(history);
        });
        FlowRecordStream records = new FlowRecordStream(new FlowRecordStream.Options(
                flows,
                events,
                groups,
                settings,
                base.clocks,
                VerdictHistory::ofLives,
                PushOrigin.of(base.facts),
                new Random()));
        started.accept(records);
        PushCounts pushed = new PushCounts();
        Events ruleEvents = new Events();
        RequestCounts counts = new RequestCounts();
        Metrics metrics = new Metrics(new Metrics.Sources(
                settings,
                requests,
                flows,
                groups,
                sockets,
                ruleEvents,
                base.counters,
                base.facts,
                counts,
                pushed,
                base.source.live(),
                monotonicNanos));
        started.accept(metrics);
        UserWatch userWatch = new UserWatch(base.users);
        started.accept(userWatch);
        return new Served(
                settings,
                Settings.usedBy(base.source.settingUser()),
                requests,
                flows,
                new LiveAndEndedFlowsSupplier(flows, requests, events::ended),
                events,
                groups,
                watches,
                history,
                ruleEvents,
                metrics,
                counts,
                records,
                pushed,
                base.flowLog,
                replay,
                sockets,
                new ConnectionTerminator(sockets),
                base.counters,
                base.facts,
                base.users,
                userWatch,
                base.engine,
                base.mbeans,
                base.jvm,
                monotonicNanos);
    }
}
