package io.tcpprobe.agent.parts;

import io.tcpprobe.agent.connector.MBeanViews;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.groups.Containers;
import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.agent.threads.LastResort;
import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingChange;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.proc.HostCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;

/** All that connectors serve, real, but for a clock that can be put forward and an MBean server of its own. */
public final class ServedParts implements AutoCloseable {
    public static final String WRITER = "ops";
    public static final String READER = "see";
    public static final String PASSPHRASE = "correct horse";

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final AtomicLong ahead = new AtomicLong();
    private final List<SettingChange<?>> changes = Collections.synchronizedList(new ArrayList<>());
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final Served served;

    /** Opens the source. */
    @FunctionalInterface
    public interface SourceOpener {
        FlowSource open(SettingStore settings, LongSupplier monotonicNanos) throws IOException;
    }

    /**
     * The parts.
     *
     * @param state a folder for the users
     * @param procNet the counters' folder
     * @param given settings that are not as by default
     */
    public ServedParts(Path state, Path procNet, Map<Setting<?>, String> given) throws Exception {
        this(state, procNet, given, DiagSource::open);
    }

    /** The parts with another source than diag. */
    public ServedParts(Path state, Path procNet, Map<Setting<?>, String> given, SourceOpener opener) throws Exception {
        List<SettingValue<?>> values = new ArrayList<>();
        for (var setting : given.entrySet()) {
            values.add(setting.getKey().parse(setting.getValue()));
        }
        SettingStore settings = new SettingStore(Map.of(Origin.COMMAND_LINE, values), _ -> {});
        settings.follow(Settings.ALL, changes::add);
        FlowSource source = opener.open(settings, this::nanos);
        EngineFile engine = EngineFile.open(state, "", new Random(1));
        Users users = Users.open(state, engine.id());
        users.add(WRITER, true, PASSPHRASE, PASSPHRASE);
        users.add(READER, false, PASSPHRASE, PASSPHRASE);
        HostCounters counters = HostCounters.open(procNet, procNet, this::nanos);
        started.push(counters);
        Containers containers = Containers.of(settings, this::nanos, source.live());
        started.push(containers);
        Served.Base base = new Served.Base(
                settings,
                source,
                new Clocks(this::nanos, System::currentTimeMillis),
                containers,
                counters,
                facts(),
                users,
                engine,
                new MBeanViews(() -> server),
                Optional.empty(),
                new Served.Jvm(true, LastResort.closing()));
        served = Served.of(base, started::push);
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

    /** The parts as connectors get them. */
    public Served served() {
        return served;
    }

    /** The JMX connector on these parts, open. */
    public JmxConnector jmx() throws Exception {
        return JmxConnector.open(served);
    }

    public Set<Setting<?>> used() {
        return served.used();
    }

    public AgentFacts facts() {
        return new AgentFacts("1.2.3", "diag", "bpf: <not> built", "6.1.0", "here", Instant.EPOCH);
    }

    public MBeanServer server() {
        return server;
    }

    public SettingStore settings() {
        return served.settings();
    }

    public FlowSnapshotCache snapshots() {
        return served.flows();
    }

    public SocketSnapshotCache sockets() {
        return served.sockets();
    }

    public HostCounters counters() {
        return served.counters();
    }

    public Users users() {
        return served.users();
    }

    /** What was changed, in order. */
    public List<SettingChange<?>> changes() {
        return changes;
    }

    @Override
    public void close() throws IOException {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (IOException | RuntimeException failed) {
                throw failed;
            } catch (Exception failed) {
                throw new IOException(failed);
            }
        }
    }
}
