package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.mibs.TcpMib;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JMX connector: the MBeans of the domain {@code tcpprobe}, for consoles that attach and for the connectors that pass them on. */
public final class JmxConnector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JmxConnector.class);

    private static final List<String> STANDARD =
            Arrays.stream(TcpMib.values()).map(TcpMib::counter).distinct().toList();

    private final MBeanServer server;
    private final Map<ObjectName, DynamicMBean> beans = new LinkedHashMap<>();
    private final Deque<ObjectName> registered = new ArrayDeque<>();
    private final BusiestFlows flows;

    /**
     * The connector, closed.
     *
     * @param server where the MBeans are registered
     * @param settings jmx.flows is read once
     * @param used the settings that have an effect on the source that runs
     * @param monotonicNanos CLOCK_MONOTONIC
     */
    public JmxConnector(
            MBeanServer server,
            SettingStore settings,
            Set<Setting<?>> used,
            FlowSnapshotCache snapshots,
            ConnectionTerminator deletions,
            HostCounters counters,
            AgentFacts facts,
            LongSupplier monotonicNanos) {
        this.server = server;
        this.flows = new BusiestFlows(
                server, snapshots, settings.get(Settings.JMX_FLOWS).intValue(), monotonicNanos);
        beans.put(ObjectNames.of("Settings"), new SettingsBean(settings, used, ObjectNames.of("Settings")));
        beans.put(
                ObjectNames.of("Tcp"),
                new CountersBean(
                                "The host's TCP counters, as TCP-MIB has them.",
                                Map.of(HostCounters.TCP, counters::tcp))
                        .expecting(HostCounters.TCP, STANDARD));
        Map<String, Supplier<Counters>> extensions = new LinkedHashMap<>();
        extensions.put(HostCounters.TCP_EXT, counters::tcpExt);
        extensions.put(HostCounters.MPTCP_EXT, counters::mptcpExt);
        beans.put(
                ObjectNames.of("TcpExt"),
                new CountersBean("The host's TCP counters that no standard MIB has, and those of MPTCP.", extensions));
        beans.put(
                ObjectNames.of("Flows"),
                new FlowsBean(
                        snapshots,
                        new RetransmissionRate(counters, monotonicNanos),
                        new DeleteOperations(snapshots, deletions),
                        flows::looked));
        beans.put(ObjectNames.of("Agent"), new AgentBean(facts, snapshots));
    }

    /**
     * Registers everything.
     *
     * @throws ProblemException if an MBean cannot be registered; none is then
     */
    public void open() throws ProblemException {
        for (var bean : beans.entrySet()) {
            try {
                server.registerMBean(bean.getValue(), bean.getKey());
                registered.push(bean.getKey());
            } catch (JMException failed) {
                close();
                boolean twice = failed instanceof InstanceAlreadyExistsException;
                throw new ProblemException(new Problem(
                        "register",
                        bean.getKey().toString(),
                        twice ? "an MBean of this name is there already" : failed.toString(),
                        twice ? "run one tcpprobe agent in a JVM" : "see the JVM's security settings"));
            }
        }
        flows.open();
    }

    /** Says that somebody is about to look at the MBeans, so that those of flows are up to date. Cheap. */
    public void looked() {
        flows.looked();
    }

    @Override
    public void close() {
        flows.close();
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
