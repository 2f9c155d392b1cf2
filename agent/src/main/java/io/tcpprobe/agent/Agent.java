package io.tcpprobe.agent;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.estats.FlowEventHub;
import io.tcpprobe.agent.estats.LiveAndEndedFlowsSupplier;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.http.CachedText;
import io.tcpprobe.agent.http.HttpConnector;
import io.tcpprobe.agent.http.HttpContent;
import io.tcpprobe.agent.http.HttpShare;
import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.jmx.RemoteJmxConnector;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.snmp.SnmpConnector;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.agent.state.State;
import io.tcpprobe.agent.state.UserWatch;
import io.tcpprobe.agent.threads.LastResort;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.kernel.source.FlowSources;
import io.tcpprobe.mibs.MibText;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running agent: everything that is started, and how it is put together. */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Logger AUDIT = LoggerFactory.getLogger(Logging.AUDIT);

    /** What was started, the last one first: closed in this order. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private final List<Problem> problems = new ArrayList<>();
    private final State state;
    private final @Nullable HostJvm host;
    private final LastResort lastResort;
    private List<InetSocketAddress> snmp = List.of();
    private List<InetSocketAddress> http = List.of();
    private List<InetSocketAddress> jmx = List.of();
    private String sourceName = "";

    private Agent(State state, @Nullable HostJvm host) {
        this.state = keep(state);
        this.host = host;
        this.lastResort = host == null ? LastResort.ending(Agent::exit) : LastResort.closing();
    }

    /**
     * Starts the agent in a JVM of its own.
     *
     * @throws StartException if it cannot be started; everything that is in the way is said, and nothing is left running
     */
    public static Agent start(Configuration configuration) throws StartException {
        return start(configuration, null);
    }

    /**
     * Starts the agent as a guest of an application's JVM: JMX and HTTP come last, see {@link HostJvm#await}.
     *
     * @throws StartException as for {@link #start}
     */
    static Agent startIn(Configuration configuration, HostJvm host) throws StartException {
        return start(configuration, host);
    }

    private static Agent start(Configuration configuration, @Nullable HostJvm host) throws StartException {
        Agent agent = new Agent(openState(configuration), host);
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
                            "start the JVM with --enable-native-access=ALL-UNNAMED, and leave the jars of one version together"));
        }
        if (!agent.problems.isEmpty()) {
            agent.close();
            throw new StartException(agent.problems);
        }
        return agent;
    }

    /** In a thread of its own: the one that gave up must end, for closing its connector waits for it. */
    private static void exit(int status) {
        Thread.ofPlatform().name("tcpprobe-exit").start(() -> System.exit(status));
    }

    private static Throwable rootOf(Throwable failed) {
        Throwable cause = failed.getCause();
        return cause == null ? failed : rootOf(cause);
    }

    private static State openState(Configuration configuration) throws StartException {
        try {
            return State.open(configuration);
        } catch (StartException wrong) {
            List<Problem> all = new ArrayList<>(wrong.problems());
            all.addAll(PortCheck.of(configuration));
            throw new StartException(all);
        }
    }

    private void startAll() throws IOException {
        state.warnings().forEach(warning -> LOG.warn("{}", host == null ? warning : warning.forJavaagent()));
        Logging.level(state.settings().get(Settings.DEBUG));
        state.settings().onChange(change -> {
            AUDIT.info("{} {} -> {} by {}", change.setting().name(), change.before(), change.after(), change.who());
            Logging.level(state.settings().get(Settings.DEBUG));
        });
        HostCounters counters = keep(HostCounters.ofThisHost(System::nanoTime));
        var chosen = FlowSources.open(state.settings(), System::nanoTime, problems);
        if (chosen.isEmpty()) {
            return;
        }
        var source = chosen.get().source();
        chosen.get().warnings().forEach(warning -> LOG.warn("{}", warning));
        chosen.get().refusals().stream()
                .filter(refusal -> !refusal.unexpected())
                .forEach(refusal -> LOG.info("not from {}", refusal));
        FlowSnapshotCache snapshots =
                keep(new FlowSnapshotCache(source, state.settings(), System::nanoTime, System::currentTimeMillis));
        SocketSnapshotCache sockets = keep(new SocketSnapshotCache(snapshots, state.settings(), System::nanoTime));
        ConnectionTerminator deletions = new ConnectionTerminator(sockets);
        FlowEventHub events = keep(new FlowEventHub(snapshots, state.settings(), System::nanoTime));
        LiveAndEndedFlowsSupplier flows = new LiveAndEndedFlowsSupplier(snapshots, events::ended);
        AgentFacts facts = AgentFacts.ofThisHost(source.name(), chosen.get().refused());
        sourceName = source.name();
        Set<Setting<?>> used = source.uses();
        openSnmp(snapshots, flows, events, sockets, deletions, counters, facts);
        if (host != null && problems.isEmpty()) {
            host.await(Duration.ofSeconds(state.settings().get(Settings.JAVAAGENT_WAIT)));
        }
        openJmxAndHttp(
                new JmxConnector(
                        ManagementFactory.getPlatformMBeanServer(),
                        state.settings(),
                        used,
                        snapshots,
                        deletions,
                        counters,
                        facts,
                        System::nanoTime),
                facts);
        if (problems.isEmpty()) {
            keep(RunningFile.write(state.folder(), state.settings(), sourceName, used, http));
        }
    }

    private void openJmxAndHttp(JmxConnector connector, AgentFacts facts) throws IOException {
        try {
            connector.open();
            keep(connector);
        } catch (ProblemException closed) {
            problems.add(closed.problem());
        }
        List<InetSocketAddress> remote = state.settings().get(Settings.JMX_LISTEN);
        try {
            if (!remote.isEmpty()) {
                var platform = ManagementFactory.getPlatformMBeanServer();
                jmx = List.of(
                        keep(RemoteJmxConnector.open(remote, platform, state.users(), host == null, connector::looked))
                                .address());
            }
        } catch (ProblemException closed) {
            problems.add(closed.problem());
        }
        try {
            HttpConnector httpConnector = keep(HttpConnector.open(
                    HttpConnector.Options.of(
                            state.settings(), HttpShare.of(Runtime.getRuntime().maxMemory(), host == null)),
                    ManagementFactory.getPlatformMBeanServer(),
                    state.users(),
                    new HttpContent(
                            facts,
                            new CachedText<>(
                                    () -> state.settings().get(Settings.SNMP_BASEOID),
                                    base -> MibText.render(new TcpProbeMib(Oid.parse(base)))),
                            connector::looked),
                    lastResort));
            http = httpConnector.addresses();
        } catch (ProblemException closed) {
            problems.add(closed.problem());
        }
    }

    private void openSnmp(
            FlowSnapshotCache snapshots,
            LiveAndEndedFlowsSupplier flows,
            FlowEventHub events,
            SocketSnapshotCache sockets,
            ConnectionTerminator deletions,
            HostCounters counters,
            AgentFacts facts)
            throws IOException {
        try {
            SnmpConnector connector = keep(SnmpConnector.open(
                    state.settings(),
                    snapshots,
                    flows,
                    events,
                    sockets,
                    deletions,
                    counters,
                    facts,
                    state.engine(),
                    state.users(),
                    lastResort));
            snmp = connector.addresses();
            keep(new UserWatch(state.users(), connector::users));
        } catch (ProblemException closed) {
            problems.add(closed.problem());
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        return part;
    }

    /** The UDP addresses of the SNMP connector. */
    public List<InetSocketAddress> snmp() {
        return snmp;
    }

    /** The TCP addresses of the HTTP connector. */
    public List<InetSocketAddress> http() {
        return http;
    }

    /** The TCP addresses of the remote JMX connector. */
    public List<InetSocketAddress> jmx() {
        return jmx;
    }

    /** Where flows come from. */
    public String sourceName() {
        return sourceName;
    }

    /** What is kept in the state folder. */
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
