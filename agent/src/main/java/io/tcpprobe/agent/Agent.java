package io.tcpprobe.agent;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.MBeanViews;
import io.tcpprobe.agent.connector.PortCheck;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.events.EventLogger;
import io.tcpprobe.agent.events.EventMonitor;
import io.tcpprobe.agent.flowlog.FlowLog;
import io.tcpprobe.agent.flowlog.FlowLogReader;
import io.tcpprobe.agent.flows.DerivedValues;
import io.tcpprobe.agent.flows.Replay;
import io.tcpprobe.agent.groups.Containers;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.agent.jfr.FlightRecorderEvents;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.agent.state.State;
import io.tcpprobe.agent.threads.LastResort;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.agent.webhook.Webhook;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.SettingChange;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.kernel.source.FlowSources;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running agent: starts all parts and connects them. */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Logger AUDIT = LoggerFactory.getLogger(Logging.AUDIT);

    /** The started parts, the last one first: the order in which they are closed. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private final List<Problem> problems = new ArrayList<>();
    private final State state;
    private final @Nullable HostJvm host;
    private final LastResort lastResort;
    private final List<ConnectorType> types;
    private final Map<String, Connector> connectors = new LinkedHashMap<>();
    private final List<VitalPart> vitalParts = new ArrayList<>();
    private String sourceName = "";

    private Agent(State state, @Nullable HostJvm host, List<ConnectorType> types) {
        this.types = types;
        this.state = keep(state);
        this.host = host;
        this.lastResort = host == null ? LastResort.ending(Agent::exit) : LastResort.closing();
    }

    /**
     * Starts the agent in its own JVM.
     *
     * @throws StartException if it cannot be started; the exception reports all problems, and nothing is left running
     */
    public static Agent start(Configuration configuration) throws StartException {
        return start(configuration, null, Connectors.ALL);
    }

    /**
     * Starts the agent as a guest in an application's JVM. JMX and HTTP open last, see {@link HostJvm#await}.
     *
     * @throws StartException as for {@link #start}
     */
    static Agent startIn(Configuration configuration, HostJvm host) throws StartException {
        return start(configuration, host, Connectors.ALL);
    }

    /** Starts the agent with these connectors instead of all of them. */
    static Agent start(Configuration configuration, @Nullable HostJvm host, List<ConnectorType> connectors)
            throws StartException {
        Agent agent = new Agent(openState(configuration, connectors), host, connectors);
        try {
            agent.startAll();
        } catch (IOException | RuntimeException failed) {
            LOG.debug("start", failed);
            agent.problems.add(new Problem("start", "agent", failed.toString(), "set debug=1 for the details"));
        } catch (LinkageError failed) {
            agent.problems.add(
                    new Problem(
                            "start",
                            "agent",
                            rootOf(failed).toString(),
                            "start the JVM with --enable-native-access=ALL-UNNAMED, and keep the jars of one version together"));
        }
        if (!agent.problems.isEmpty()) {
            agent.close();
            throw new StartException(agent.problems);
        }
        return agent;
    }

    /** Exits on a separate thread: the thread that gave up must end, because closing its connector waits for it. */
    private static void exit(int status) {
        Thread.ofPlatform().name("tcpprobe-exit").start(() -> System.exit(status));
    }

    private static Throwable rootOf(Throwable failed) {
        Throwable cause = failed.getCause();
        return cause == null ? failed : rootOf(cause);
    }

    private static State openState(Configuration configuration, List<ConnectorType> connectors) throws StartException {
        try {
            return State.open(configuration);
        } catch (StartException wrong) {
            List<Problem> all = new ArrayList<>(wrong.problems());
            all.addAll(PortCheck.of(configuration, connectors));
            throw new StartException(all);
        }
    }

    private void startAll() throws IOException {
        state.warnings().forEach(warning -> LOG.warn("{}", host == null ? warning : warning.forJavaagent()));
        Logging.level(state.settings().get(Settings.DEBUG));
        state.settings().follow(Settings.ALL, Agent::audit);
        state.settings()
                .follow(
                        List.of(Settings.DEBUG),
                        _ -> Logging.level(state.settings().get(Settings.DEBUG)));
        state.settings()
                .onUnclaimedFailure((change, failed) ->
                        LOG.warn("apply {}, set by {}: {}", change.after(), change.who(), failed.toString()));
        BoundedLog refusals = new BoundedLog(System::nanoTime);
        state.settings()
                .onBusy((problem, count) ->
                        refusals.warn(LOG, "settings are busy", "", problem + " (refusals so far: " + count + ")"));
        HostCounters counters = keep(HostCounters.ofThisHost(System::nanoTime));
        var chosen = FlowSources.open(state.settings(), System::nanoTime, problems);
        if (chosen.isEmpty()) {
            return;
        }
        var source = chosen.get().source();
        chosen.get().warnings().forEach(warning -> LOG.warn("{}", warning));
        chosen.get().notes().forEach(note -> LOG.info("{}", note));
        sourceName = source.name();
        AgentFacts facts = AgentFacts.ofThisHost(sourceName, chosen.get().refused());
        Served served = served(source, counters, facts);
        if (source.live()) { // to move in a large recording takes as long as it takes
            vitalParts.add(served.flows().vitalPart());
        }
        vitalParts.add(served.sockets().vitalPart());
        openConnectors(served);
        keep(served.records()); // closed before the connectors, which send its last records
        openWebhook(served);
        if (problems.isEmpty()) {
            openFlightRecorder(served);
            watch(served);
            keep(RunningFile.write(state.folder(), state.settings(), sourceName, served.used(), addresses()));
        }
    }

    private static void audit(SettingChange<?> change) {
        AUDIT.info(
                "{} {} -> {} by {}",
                change.setting().name(),
                change.before().shown(),
                change.after().shown(),
                change.who());
    }

    private Served served(FlowSource source, HostCounters counters, AgentFacts facts) {
        Clocks clocks = Clocks.system();
        Containers containers = keep(Containers.of(state.settings(), clocks.monotonicNanos(), source.live()));
        Served.Base base = new Served.Base(
                state.settings(),
                source,
                clocks,
                containers,
                counters,
                facts,
                state.users(),
                state.engine(),
                new MBeanViews(),
                flowLog(state.settings(), containers),
                new Served.Jvm(host == null, lastResort));
        return Served.of(base, started::push);
    }

    /** Opens the sink of events that posts them, if there is a receiver. Its classes are not loaded otherwise. */
    private void openWebhook(Served served) {
        if (state.settings().get(Settings.EVENTS_WEBHOOK).isEmpty()) {
            return;
        }
        try {
            Webhook webhook = keep(Webhook.open(state.settings(), served.facts()));
            served.ruleEvents().addListener(webhook);
            served.ruleEvents().countWebhook(webhook::deliveries);
        } catch (ProblemException refused) {
            problems.add(refused.problem());
        }
    }

    /** Writes events into this JVM's flight recorder as soon as it records, unless its modules do not include the recorder. */
    private void openFlightRecorder(Served served) {
        if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
            keep(FlightRecorderEvents.open(new FlightRecorderEvents.Observed(
                    served.flows(),
                    served.events(),
                    VerdictHistory::ofLives,
                    served.watches(),
                    served.ruleEvents(),
                    served.monotonicNanos())));
        }
    }

    /** Evaluates the rules from now on, unless that is switched off. */
    private void watch(Served served) {
        if (state.settings().get(Settings.EVENTS_INTERVAL) == 0) {
            return;
        }
        EventMonitor monitor = keep(new EventMonitor(
                new EventMonitor.Observed(
                        served.flows(),
                        () -> served.sockets().current(SocketOrder.LISTENERS),
                        served.counters(),
                        served.watches()::live,
                        () -> served.replay().map(Replay::seeking).orElse(false),
                        served.facts().hostName(),
                        Clocks.system()),
                state.settings(),
                served.ruleEvents(),
                served.metrics()::evaluateAhead));
        served.events().subscribe(monitor.failedConnects(), "failed connects are counted for the host only");
        served.replay().ifPresent(replay -> replay.addListener(monitor));
        served.ruleEvents().addListener(new EventLogger(new BoundedLog(System::nanoTime)));
        monitor.start();
    }

    /** Opens the flow log unless it is switched off. An application's JVM is not made to load SQLite. */
    private Optional<Served.ServedFlowLog> flowLog(SettingStore settings, Containers containers) {
        if (host != null || settings.get(Settings.FLOWLOG_DAYS) == 0) {
            return Optional.empty();
        }
        FlowLog log = keep(FlowLog.open(
                state.folder(),
                settings,
                Clocks.system(),
                new DerivedValues(VerdictHistory::ofLives, containers::names)));
        return Optional.of(new Served.ServedFlowLog(log, new FlowLogReader(state.folder())));
    }

    /** Opens all connectors; each one that cannot be opened is reported as a problem. */
    private void openConnectors(Served served) throws IOException {
        for (ConnectorType.Placement placement : ConnectorType.Placement.values()) {
            if (placement == ConnectorType.Placement.AFTER_APPLICATION && host != null && problems.isEmpty()) {
                host.await(Duration.ofSeconds(state.settings().get(Settings.JAVAAGENT_WAIT)));
            }
            for (ConnectorType type : types) {
                if (type.placement() == placement) {
                    open(type, served);
                }
            }
        }
    }

    private void open(ConnectorType type, Served served) throws IOException {
        try {
            Connector opened = keep(type.opener().open(served));
            connectors.put(type.name(), opened);
            vitalParts.addAll(opened.vitalParts());
        } catch (ProblemException refused) {
            problems.add(refused.problem());
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        return part;
    }

    /** Returns the open connectors by name, in the order in which they were opened. */
    public Map<String, Connector> connectors() {
        return Collections.unmodifiableMap(connectors);
    }

    /** Returns the addresses that each connector listens on, by the connector's name. */
    public Map<String, List<InetSocketAddress>> addresses() {
        Map<String, List<InetSocketAddress>> all = new LinkedHashMap<>();
        connectors.forEach((name, connector) -> all.put(name, connector.addresses()));
        return all;
    }

    /** Returns the name of the source of the flows: "diag". */
    public String sourceName() {
        return sourceName;
    }

    /** Returns the parts without whose progress the agent does not work. */
    public List<VitalPart> vitalParts() {
        return Collections.unmodifiableList(vitalParts);
    }

    /** Returns the contents of the state folder. */
    public State state() {
        return state;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception failed) {
                LOG.warn("stop {}: {}", part.getClass().getSimpleName(), failed.getMessage());
            }
        }
    }
}
