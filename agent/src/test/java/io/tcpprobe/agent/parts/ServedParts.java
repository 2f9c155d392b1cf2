package io.tcpprobe.agent.parts;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingChange;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.proc.HostCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;

/** All that the connectors stand on, real, but for a clock that can be put forward and an MBean server of its own. */
public final class ServedParts implements AutoCloseable {
    public static final String WRITER = "ops";
    public static final String READER = "see";
    public static final String PASSPHRASE = "correct horse";

    private final AtomicLong ahead = new AtomicLong();
    private final List<SettingChange> changes = Collections.synchronizedList(new ArrayList<>());
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final SettingStore settings;
    private final DiagSource source;
    private final FlowSnapshotCache snapshots;
    private final SocketSnapshotCache sockets;
    private final HostCounters counters;
    private final Users users;

    /**
     * The parts.
     *
     * @param state a folder for the users
     * @param procNet the counters' folder
     * @param given settings that are not as by default
     */
    public ServedParts(Path state, Path procNet, Map<Setting<?>, String> given) throws Exception {
        settings = new SettingStore(Map.of(Origin.COMMAND_LINE, given), _ -> {});
        settings.onChange(changes::add);
        source = DiagSource.open(settings, this::nanos);
        snapshots = new FlowSnapshotCache(source, settings, this::nanos, System::currentTimeMillis);
        sockets = new SocketSnapshotCache(snapshots, settings, this::nanos);
        counters = HostCounters.open(procNet, procNet, this::nanos);
        users = Users.open(state, EngineFile.open(state, "", new Random(1)).id());
        users.add(WRITER, true, PASSPHRASE, PASSPHRASE);
        users.add(READER, false, PASSPHRASE, PASSPHRASE);
    }

    /** The parts with the host's counters and all settings by default. */
    public static ServedParts of(Path state) throws Exception {
        return new ServedParts(state, Path.of("/proc/net"), Map.of());
    }

    private long nanos() {
        return System.nanoTime() + ahead.get();
    }

    /** Puts the clock forward. */
    public void pass(long seconds) {
        ahead.addAndGet(seconds * 1_000_000_000L);
    }

    /** A JMX connector on these parts, open. */
    public JmxConnector jmx() throws Exception {
        JmxConnector connector = new JmxConnector(
                server, settings, used(), snapshots, new ConnectionTerminator(sockets), counters, facts(), this::nanos);
        connector.open();
        return connector;
    }

    public Set<Setting<?>> used() {
        return source.uses();
    }

    public AgentFacts facts() {
        return new AgentFacts("1.2.3", "diag", "bpf: <not> built", "6.1.0", "here", Instant.EPOCH);
    }

    public MBeanServer server() {
        return server;
    }

    public SettingStore settings() {
        return settings;
    }

    public FlowSnapshotCache snapshots() {
        return snapshots;
    }

    public SocketSnapshotCache sockets() {
        return sockets;
    }

    public HostCounters counters() {
        return counters;
    }

    public Users users() {
        return users;
    }

    /** What was changed, in order. */
    public List<SettingChange> changes() {
        return changes;
    }

    @Override
    public void close() throws IOException {
        try (snapshots;
                sockets) {
            counters.close();
        }
    }
}
