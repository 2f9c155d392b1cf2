package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.mibs.TcpMib;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JMX connector: the MBeans of the domain {@code tcpprobe}, for local consoles of the same user, for the connectors that
 * expose them and, if {@code jmx.listen} has an address, for remote consoles.
 */
public final class JmxConnector implements Connector {
    /** The connector's entry in the list of connector types. */
    public static final ConnectorType TYPE = ConnectorType.listening(
            "jmx",
            Settings.JMX_LISTEN,
            ConnectorType.Transport.TCP,
            ConnectorType.Placement.AFTER_APPLICATION,
            JmxConnector::open);

    private static final Logger LOG = LoggerFactory.getLogger(JmxConnector.class);

    private static final List<String> STANDARD =
            Arrays.stream(TcpMib.values()).map(TcpMib::counter).distinct().toList();

    private final MBeanServer server;
    private final Map<ObjectName, DynamicMBean> beans = new LinkedHashMap<>();
    private final Deque<ObjectName> registered = new ArrayDeque<>();
    private final BusiestFlows flows;
    private final EventsBean events;
    private @Nullable RemoteJmxServer remote;

    private JmxConnector(Served served) {
        this.server = served.mbeans().server();
        this.flows = new BusiestFlows(
                server,
                served.flows(),
                served.settings().get(Settings.JMX_FLOWS).intValue(),
                served.monotonicNanos());
        HostCounters counters = served.counters();
        beans.put(
                ObjectNames.of("Settings"),
                new SettingsBean(served.settings(), served.used(), ObjectNames.of("Settings")));
        beans.put(
                ObjectNames.of("Tcp"),
                new CountersBean(
                                "The host's TCP counters that TCP-MIB defines.",
                                Map.of(HostCounters.TCP, counters::tcp))
                        .expecting(HostCounters.TCP, STANDARD));
        Map<String, Supplier<Counters>> extensions = new LinkedHashMap<>();
        extensions.put(HostCounters.TCP_EXT, counters::tcpExt);
        extensions.put(HostCounters.MPTCP_EXT, counters::mptcpExt);
        beans.put(
                ObjectNames.of("TcpExt"),
                new CountersBean(
                        "The host's TCP counters that no standard MIB defines, and those of MPTCP.", extensions));
        beans.put(
                ObjectNames.of("Flows"),
                new FlowsBean(
                        served.flows(),
                        new RetransmissionRate(counters, served.monotonicNanos()),
                        new DeleteOperations(served.flows(), served.terminator()),
                        flows::accessed));
        beans.put(ObjectNames.of("Listeners"), new ListenersBean(new Lazy<>(() -> listeners(served))));
        beans.put(ObjectNames.of("Groups"), new GroupsBean(served.groups()));
        beans.put(ObjectNames.of("Watches"), new WatchesBean(served.watches()));
        beans.put(ObjectNames.of("History"), new HistoryBean(served.history()));
        served.flowLog()
                .ifPresent(log -> beans.put(
                        ObjectNames.of("FlowLog"),
                        new FlowLogBean(log.writer(), log.reader(), System::currentTimeMillis)));
        served.replay().ifPresent(replay -> beans.put(ObjectNames.of("Replay"), new ReplayBean(replay)));
        events = new EventsBean(served.ruleEvents(), ObjectNames.of("Events"));
        beans.put(ObjectNames.of("Events"), events);
        beans.put(ObjectNames.of("Agent"), new AgentBean(served.facts(), served.flows(), served.pushed()));
    }

    private static ListenerTracker listeners(Served served) {
        Duration tick = Duration.ofMillis(10);
        long began = served.monotonicNanos().getAsLong();
        return new ListenerTracker(
                served.sockets(), served.flows(), () -> (served.monotonicNanos().getAsLong() - began) / tick.toNanos());
    }

    /**
     * Registers the MBeans; listens if {@code jmx.listen} has an address.
     *
     * @throws ProblemException if an MBean cannot be registered or the address cannot be bound
     */
    public static JmxConnector open(Served served) throws ProblemException {
        JmxConnector connector = new JmxConnector(served);
        try {
            connector.register();
            List<InetSocketAddress> listen = served.settings().get(Settings.JMX_LISTEN);
            if (!listen.isEmpty()) {
                connector.remote = RemoteJmxServer.open(
                        listen, served.mbeans(), served.users(), served.jvm().own());
            }
        } catch (ProblemException refused) {
            connector.close();
            throw refused;
        }
        served.mbeans().onView(connector.flows::accessed);
        return connector;
    }

    private void register() throws ProblemException {
        for (var bean : beans.entrySet()) {
            try {
                server.registerMBean(bean.getValue(), bean.getKey());
                registered.push(bean.getKey());
            } catch (JMException failed) {
                boolean duplicate = failed instanceof InstanceAlreadyExistsException;
                throw new ProblemException(new Problem(
                        "register",
                        bean.getKey().toString(),
                        duplicate ? "an MBean of this name already exists" : failed.toString(),
                        duplicate ? "run one tcpprobe agent in a JVM" : "see the JVM's security settings"));
            }
        }
        flows.open();
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return remote == null ? List.of() : List.of(remote.address());
    }

    @Override
    public List<Access> access() {
        List<Access> all = new ArrayList<>();
        long pid = ProcessHandle.current().pid();
        all.add(new Access("pid " + pid, "jconsole " + pid));
        if (remote != null) {
            all.add(new Access(AddressText.of(remote.address()), "jconsole " + remote.url()));
        }
        return all;
    }

    @Override
    public void close() {
        if (remote != null) {
            remote.close();
        }
        flows.close();
        events.close();
        while (!registered.isEmpty()) {
            ObjectName name = registered.pop();
            try {
                server.unregisterMBean(name);
            } catch (JMException failed) {
                LOG.warn("unregister {}: {}", name, failed.toString());
            }
        }
    }
}
