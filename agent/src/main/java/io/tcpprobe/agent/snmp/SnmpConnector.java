package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.connector.ListenProblem;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.estats.FlowEventHub;
import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.estats.LiveAndEndedFlowsSupplier;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.snmp.engine.CheckedMpv3;
import io.tcpprobe.agent.snmp.engine.DatagramDispatcher;
import io.tcpprobe.agent.snmp.engine.NotificationTargets;
import io.tcpprobe.agent.snmp.engine.Responder;
import io.tcpprobe.agent.snmp.engine.ResponseLimit;
import io.tcpprobe.agent.snmp.engine.SnmpCounters;
import io.tcpprobe.agent.snmp.engine.SnmpFailures;
import io.tcpprobe.agent.snmp.engine.SnmpTransport;
import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.agent.snmp.model.SubtreeObject;
import io.tcpprobe.agent.snmp.objects.AgentScalars;
import io.tcpprobe.agent.snmp.objects.CounterTable;
import io.tcpprobe.agent.snmp.objects.EstatsConnections;
import io.tcpprobe.agent.snmp.objects.EstatsFlowTable;
import io.tcpprobe.agent.snmp.objects.EstatsListeners;
import io.tcpprobe.agent.snmp.objects.FlowTable;
import io.tcpprobe.agent.snmp.objects.Notifications;
import io.tcpprobe.agent.snmp.objects.SettingScalars;
import io.tcpprobe.agent.snmp.objects.SocketTable;
import io.tcpprobe.agent.snmp.objects.SystemGroup;
import io.tcpprobe.agent.snmp.objects.TcbTable;
import io.tcpprobe.agent.snmp.objects.TcpScalars;
import io.tcpprobe.agent.snmp.security.AccessRules;
import io.tcpprobe.agent.snmp.security.CheckedUsm;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.agent.threads.LastResort;
import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.kernel.proc.TcpSysctls;
import io.tcpprobe.mibs.EstatsTable;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpMibTable;
import io.tcpprobe.mibs.TcpProbeMib;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.SNMP4JSettings;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.DuplicateRegistrationException;
import org.snmp4j.agent.mo.snmp.SNMPv2MIB;
import org.snmp4j.agent.mo.snmp.SnmpFrameworkMIB;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.MPv1;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.AuthHMAC256SHA384;
import org.snmp4j.security.AuthHMAC384SHA512;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.PrivAES192;
import org.snmp4j.security.PrivAES256;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.smi.OctetString;

/** The SNMP connector: v1, v2c and v3 over UDP. */
public final class SnmpConnector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnmpConnector.class);
    private static final Path SYSCTLS = Path.of("/proc/sys/net/ipv4");

    private final List<SnmpTransport> transports = new ArrayList<>();
    private final DatagramDispatcher dispatcher;
    private final DefaultMOServer server = new DefaultMOServer();
    private final AccessRules rules;
    private @Nullable Notifications notifications;
    private final SNMPv2MIB system;
    private final SnmpCounters counters;
    private final Responder responder;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SnmpConnector(
            FlowSnapshotCache snapshots, Engine engine, SNMPv2MIB system, ResponseLimit limit, TcpProbeMib mib) {
        this.system = system;
        this.counters = engine.counters;
        dispatcher = new DatagramDispatcher(engine.failures);
        server.addContext(new OctetString());
        dispatcher.addMessageProcessingModel(new MPv1());
        dispatcher.addMessageProcessingModel(new MPv2c());
        dispatcher.addMessageProcessingModel(engine.mpv3);
        rules = new AccessRules(engine.usm, engine.models, server, dispatcher, mib); // asks for the engine's identity
        responder = new Responder(engine.usm.getLocalEngineID(), snapshots, rules.vacm(), engine.failures, limit);
        responder.addMOServer(server);
        responder.setCoexistenceProvider(rules.communities());
    }

    /** The parts of the engine that keys and counters belong to. */
    private record Engine(
            USM usm, SecurityModels models, MPv3 mpv3, SnmpCounters counters, BoundedLog log, SnmpFailures failures) {
        static Engine of(EngineFile file, SNMPv2MIB system) throws IOException {
            OctetString id = new OctetString(file.id());
            SnmpCounters counters = new SnmpCounters(system);
            BoundedLog log = new BoundedLog(System::nanoTime);
            SnmpFailures failures = new SnmpFailures(log, counters);
            CounterSupport counts = new CounterSupport();
            counts.addCounterListener(counters);
            SecurityProtocols protocols = SecurityProtocols.getInstance();
            protocols.addAuthenticationProtocol(new AuthHMAC192SHA256());
            protocols.addAuthenticationProtocol(new AuthHMAC256SHA384());
            protocols.addAuthenticationProtocol(new AuthHMAC384SHA512());
            protocols.addPrivacyProtocol(new PrivAES128());
            protocols.addPrivacyProtocol(new PrivAES192());
            protocols.addPrivacyProtocol(new PrivAES256());
            USM usm = new CheckedUsm(protocols, id, file.boot(), counts);
            SecurityModels models = SecurityModels.getCollection(new SecurityModel[] {usm});
            MPv3 mpv3 = new CheckedMpv3(id.getValue(), protocols, models, counts, failures);
            return new Engine(usm, models, mpv3, counters, log, failures);
        }
    }

    /**
     * Opens the connector.
     *
     * @param settings snmp.listen, snmp.community and snmp.baseoid are read once
     * @param users who may use v3; see {@link #users(Collection)}
     * @param lastResort is told when the connector cannot go on
     * @throws ProblemException if an address cannot be listened on
     * @throws IOException if the engine's boots cannot be kept
     */
    public static SnmpConnector open(
            SettingStore settings,
            FlowSnapshotCache snapshots,
            LiveAndEndedFlowsSupplier flows,
            FlowEventHub events,
            SocketSnapshotCache sockets,
            ConnectionTerminator deletions,
            HostCounters counters,
            AgentFacts facts,
            EngineFile engine,
            Users users,
            LastResort lastResort)
            throws IOException {
        TcpProbeMib mib = new TcpProbeMib(Oid.parse(settings.get(Settings.SNMP_BASEOID)));
        // A report of a wrong user or key goes out without security where there is no key to secure it with (RFC 3414,
        // 3.2).
        SNMP4JSettings.setReportSecurityLevelStrategy(SNMP4JSettings.ReportSecurityLevelStrategy.noAuthNoPrivIfNeeded);

        SNMPv2MIB system = SystemGroup.create(facts, mib);
        Engine parts = Engine.of(engine, system);
        ResponseLimit limit = new ResponseLimit(Math.toIntExact(settings.get(Settings.SNMP_PACKET_SIZE)));
        SnmpConnector connector = new SnmpConnector(snapshots, parts, system, limit, mib);
        try {
            if (!settings.get(Settings.SNMP_COMMUNITY).isEmpty()) {
                connector.rules.allow(settings.get(Settings.SNMP_COMMUNITY));
            }
            connector.users(users.all());
            connector.bind(settings.get(Settings.SNMP_LISTEN), parts.log, lastResort);
            warnOfPublicCommunity(settings);
            SystemGroup.register(connector.server, system, settings, facts);
            connector.registerStandard(parts.usm);
            for (Subtree scalar : TcpScalars.of(counters)) {
                connector.register(scalar);
            }
            connector.register(new TcbTable(SocketTable.conn(sockets), TcpMibTable.CONN_STATE, deletions, snapshots));
            connector.register(
                    new TcbTable(SocketTable.connection(sockets), TcpMibTable.CONNECTION_STATE, deletions, snapshots));
            connector.register(SocketTable.listener(sockets));
            connector.register(SettingScalars.sampler(settings, mib));
            connector.registerEstats(settings, flows, sockets);
            connector.register(AgentScalars.about(mib, facts, snapshots));
            connector.register(AgentScalars.statistics(mib, snapshots));
            connector.register(new FlowTable(snapshots, mib.flowEntry().toArray()));
            connector.register(new CounterTable(counters, mib.counterEntry().toArray()));
            connector.openNotifications(settings, events, users, parts.mpv3);
            connector.responder.serve(new MibTree(connector.server.getRegistry().values()));
            connector.dispatcher.addCommandResponder(connector.responder);
            connector.listen();
            return connector;
        } catch (DuplicateRegistrationException overlap) {
            connector.close();
            throw new ProblemException(new Problem(
                    "register",
                    Settings.SNMP_BASEOID.name(),
                    "objects of ours are there already: " + overlap.getMessage(),
                    "choose an object id outside 1.3.6.1.2.1 and 1.3.6.1.6.3"));
        } catch (IOException | RuntimeException | Error failed) {
            connector.close(); // or its ports would stay bound in an application that goes on without us
            throw failed;
        }
    }

    private void bind(List<InetSocketAddress> addresses, BoundedLog log, LastResort lastResort) throws IOException {
        for (InetSocketAddress address : addresses) {
            try {
                SnmpTransport transport =
                        SnmpTransport.bind(address, log, cause -> lastResort.failed("snmp", cause, this::close));
                transports.add(transport);
                dispatcher.addTransportMapping(transport);
                transport.addTransportListener(dispatcher);
            } catch (SocketException failed) {
                throw new ProblemException(ListenProblem.of("snmp udp", Settings.SNMP_LISTEN, address, failed));
            }
        }
    }

    private void listen() {
        for (SnmpTransport transport : transports) {
            transport.listen();
        }
    }

    private void registerStandard(USM usm) throws DuplicateRegistrationException {
        dispatcher.addCounterListener(counters);
        responder.addCounterListener(counters);
        counters.dispatching().registerMOs(server, null);
        register(counters.usmStatistics());
        new SnmpFrameworkMIB(usm.getLocalEngineID(), usm, dispatcher.getTransportMappings()).registerMOs(server, null);
    }

    /** The community that every scanner tries first is no secret. */
    private static void warnOfPublicCommunity(SettingStore settings) {
        if (!settings.get(Settings.SNMP_COMMUNITY).equals(Settings.SNMP_COMMUNITY.defaultText())) {
            return;
        }
        for (InetSocketAddress address : settings.get(Settings.SNMP_LISTEN)) {
            if (!address.getAddress().isLoopbackAddress()) {
                LOG.warn(
                        "snmp.listen={} can be reached from other hosts, and snmp.community is '{}', which everybody knows;"
                                + " choose another community, or an empty one for SNMPv3 only",
                        AddressText.of(address),
                        settings.get(Settings.SNMP_COMMUNITY));
            }
        }
    }

    private void registerEstats(SettingStore settings, LiveAndEndedFlowsSupplier flows, SocketSnapshotCache sockets)
            throws IOException, DuplicateRegistrationException {
        TcpSysctls host = TcpSysctls.read(SYSCTLS);
        EstatsListeners listeners = new EstatsListeners(new ListenerTracker(sockets, this::upTime));
        register(listeners);
        register(listeners.lastChange());
        register(new EstatsConnections(flows));
        register(new EstatsFlowTable(EstatsTable.PERF, flows, () -> true, host));
        register(new EstatsFlowTable(EstatsTable.PATH, flows, () -> on(settings, Settings.ESTATS_PATH), host));
        register(new EstatsFlowTable(EstatsTable.STACK, flows, () -> on(settings, Settings.ESTATS_STACK), host));
        register(new EstatsFlowTable(EstatsTable.APP, flows, () -> on(settings, Settings.ESTATS_APP), host));
        register(new EstatsFlowTable(EstatsTable.TUNE, flows, () -> on(settings, Settings.ESTATS_TUNE), host));
        register(SettingScalars.estats(settings));
    }

    private void openNotifications(SettingStore settings, FlowEventHub events, Users users, MPv3 mpv3)
            throws IOException {
        if (settings.get(Settings.SNMP_NOTIFY).isEmpty()) {
            return;
        }
        String name = settings.get(Settings.SNMP_NOTIFY_USER);
        if (!name.isEmpty() && users.find(name).isEmpty()) {
            Problem unknown = new Problem(
                    "notify",
                    Settings.SNMP_NOTIFY_USER.name() + '=' + name,
                    "there is no such user",
                    "add it with './tcpprobe user add " + name + "', or name another ('./tcpprobe user list')");
            if (!users.lost()) {
                throw new ProblemException(unknown);
            }
            LOG.warn("{}; nothing is notified until then, for the file of users could not be used", unknown);
        }
        NotificationTargets targets = NotificationTargets.open(settings, mpv3);
        Notifications opened = new Notifications(targets, this::upTime);
        notifications = opened;
        events.tell(opened);
    }

    private long upTime() {
        return system.getUpTime().getValue();
    }

    private static boolean on(SettingStore settings, Setting<Long> flag) {
        return settings.get(flag) != 0;
    }

    private void register(Subtree subtree) throws DuplicateRegistrationException {
        server.register(new SubtreeObject(subtree), null);
    }

    /** Makes these the users of v3, and no others. */
    public void users(Collection<User> users) {
        rules.users(users);
    }

    /** The addresses that are listened on, with the ports that port 0 became. */
    public List<InetSocketAddress> addresses() {
        return transports.stream().map(SnmpTransport::bound).toList();
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        if (notifications != null) {
            notifications.close();
        }
        responder.close();
        transports.forEach(SnmpTransport::close);
        dispatcher.stop();
    }
}
