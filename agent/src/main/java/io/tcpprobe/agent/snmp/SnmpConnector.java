package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.connector.Connector;
import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.ListenProblem;
import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.connector.ToolAddress;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestCounts;
import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.estats.LiveAndEndedFlowsSupplier;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.namespaces.Namespaces;
import io.tcpprobe.agent.snmp.engine.CheckedMpv3;
import io.tcpprobe.agent.snmp.engine.DatagramDispatcher;
import io.tcpprobe.agent.snmp.engine.InformSender;
import io.tcpprobe.agent.snmp.engine.NotificationQueue;
import io.tcpprobe.agent.snmp.engine.NotificationSender;
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
import io.tcpprobe.agent.snmp.objects.ContextTable;
import io.tcpprobe.agent.snmp.objects.CounterTable;
import io.tcpprobe.agent.snmp.objects.EstatsConnections;
import io.tcpprobe.agent.snmp.objects.EstatsFlowTable;
import io.tcpprobe.agent.snmp.objects.EstatsListeners;
import io.tcpprobe.agent.snmp.objects.EventNotifications;
import io.tcpprobe.agent.snmp.objects.EventTable;
import io.tcpprobe.agent.snmp.objects.FlowTable;
import io.tcpprobe.agent.snmp.objects.GroupTable;
import io.tcpprobe.agent.snmp.objects.InsightObjects;
import io.tcpprobe.agent.snmp.objects.LogicalEntityTable;
import io.tcpprobe.agent.snmp.objects.NotificationLog;
import io.tcpprobe.agent.snmp.objects.NotificationLogObjects;
import io.tcpprobe.agent.snmp.objects.Notifications;
import io.tcpprobe.agent.snmp.objects.SettingScalars;
import io.tcpprobe.agent.snmp.objects.SocketTable;
import io.tcpprobe.agent.snmp.objects.SystemGroup;
import io.tcpprobe.agent.snmp.objects.TcbTable;
import io.tcpprobe.agent.snmp.objects.TcpScalars;
import io.tcpprobe.agent.snmp.objects.TopFlowTable;
import io.tcpprobe.agent.snmp.security.AccessRules;
import io.tcpprobe.agent.snmp.security.CheckedUsm;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.agent.users.ReceiverUsers;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.ProgramName;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
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
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
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
import org.snmp4j.mp.SnmpConstants;
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
public final class SnmpConnector implements Connector {
    /** The connector's entry in the list of connector types. */
    public static final ConnectorType TYPE = ConnectorType.listening(
            "snmp",
            Settings.SNMP_LISTEN,
            ConnectorType.Transport.UDP,
            ConnectorType.Placement.FIRST,
            SnmpConnector::open);

    private static final Logger LOG = LoggerFactory.getLogger(SnmpConnector.class);
    private static final Path SYSCTLS = Path.of("/proc/sys/net/ipv4");

    private final List<SnmpTransport> transports = new ArrayList<>();
    private final DatagramDispatcher dispatcher;
    private final DefaultMOServer server = new DefaultMOServer();
    private final AccessRules rules;
    private @Nullable Namespaces namespaces;
    private @Nullable Notifications notifications;
    private @Nullable EventNotifications eventNotifications;
    private final Served served;
    private final SNMPv2MIB system;
    private final SnmpCounters counters;
    private final Responder responder;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SnmpConnector(Served served, Engine engine, SNMPv2MIB system, ResponseLimit limit, TcpProbeMib mib) {
        this.served = served;
        this.system = system;
        this.counters = engine.counters;
        dispatcher = new DatagramDispatcher(engine.failures);
        server.addContext(new OctetString());
        dispatcher.addMessageProcessingModel(new MPv1());
        dispatcher.addMessageProcessingModel(new MPv2c());
        dispatcher.addMessageProcessingModel(engine.mpv3);
        rules = new AccessRules(engine.usm, engine.models, server, dispatcher, mib); // reads the engine id
        responder =
                new Responder(engine.usm.getLocalEngineID(), served.requests(), rules.vacm(), engine.failures, limit);
        responder.addMOServer(server);
        responder.setCoexistenceProvider(rules.communities(on(served.settings(), Settings.SNMP_COMMUNITY_CONTEXTS)));
    }

    /** The parts of the SNMP engine that hold keys and counters. */
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
     * Opens the connector. The settings are read once.
     *
     * @throws ProblemException if an address cannot be bound
     * @throws IOException if the engine boots counter cannot be stored
     */
    public static SnmpConnector open(Served served) throws IOException {
        SettingStore settings = served.settings();
        AgentFacts facts = served.facts();
        FlowSnapshotCache flows = served.flows();
        TcpProbeMib mib = new TcpProbeMib(Oid.parse(settings.get(Settings.SNMP_BASEOID)));
        // A report about an unknown user or wrong key is sent without security if there is no key to secure it with
        // (RFC 3414,
        // 3.2).
        SNMP4JSettings.setReportSecurityLevelStrategy(SNMP4JSettings.ReportSecurityLevelStrategy.noAuthNoPrivIfNeeded);

        SNMPv2MIB system = SystemGroup.create(facts, mib);
        Engine parts = Engine.of(served.engine(), system);
        ResponseLimit limit = new ResponseLimit(Math.toIntExact(settings.get(Settings.SNMP_PACKET_SIZE)));
        SnmpConnector connector = new SnmpConnector(served, parts, system, limit, mib);
        try {
            if (!settings.get(Settings.SNMP_COMMUNITY).isEmpty()) {
                connector.rules.allow(settings.get(Settings.SNMP_COMMUNITY));
            }
            connector.bind(settings.get(Settings.SNMP_LISTEN), parts.log);
            warnOfPublicCommunity(settings);
            SystemGroup.register(connector.server, system, settings, facts, mib);
            connector.registerStandard(parts.usm);
            for (Subtree scalar : TcpScalars.of(served.counters())) {
                connector.register(scalar);
            }
            connector.register(new TcbTable(
                    SocketTable.conn(served.sockets()),
                    TcpMibTable.CONN_STATE,
                    served.terminator(),
                    served.requests()));
            connector.register(new TcbTable(
                    SocketTable.connection(served.sockets()),
                    TcpMibTable.CONNECTION_STATE,
                    served.terminator(),
                    served.requests()));
            connector.register(SocketTable.listener(served.sockets()));
            connector.register(SettingScalars.sampler(settings, mib));
            connector.registerEstats(mib);
            connector.register(AgentScalars.about(mib, facts, flows));
            connector.register(AgentScalars.statistics(mib, flows));
            connector.register(new FlowTable(flows, mib.flowEntry().toArray()));
            connector.register(
                    new CounterTable(served.counters(), mib.counterEntry().toArray()));
            connector.register(new GroupTable(served.groups(), mib.groupEntry().toArray()));
            connector.register(new TopFlowTable(
                    flows,
                    Math.toIntExact(settings.get(Settings.SNMP_TOP)),
                    mib.topEntry().toArray()));
            InsightObjects insight = new InsightObjects(flows, mib);
            connector.register(insight.scalars());
            connector.register(insight.verdicts());
            connector.register(new EventTable(served.ruleEvents(), served.requests(), mib));
            for (Subtree scalar : EventTable.scalars(served.ruleEvents(), mib)) {
                connector.register(scalar);
            }
            connector.register(SettingScalars.notificationLog(settings, mib));
            connector.openNotifications(parts.mpv3, mib);
            connector.openContexts(mib);
            connector.responder.serve(new MibTree(connector.server.getRegistry().values()));
            connector.dispatcher.addCommandResponder(connector.responder);
            served.userWatch().onChange(connector.rules::users);
            connector.listen();
            return connector;
        } catch (DuplicateRegistrationException overlap) {
            connector.close();
            throw new ProblemException(new Problem(
                    "register",
                    Settings.SNMP_BASEOID.name(),
                    "the agent already serves objects there: " + overlap.getMessage(),
                    "choose an object id outside 1.3.6.1.2.1 and 1.3.6.1.6.3"));
        } catch (IOException | RuntimeException | Error failed) {
            connector.close(); // else the ports stay bound while the host application continues
            throw failed;
        }
    }

    private void bind(List<InetSocketAddress> addresses, BoundedLog log) throws IOException {
        for (InetSocketAddress address : addresses) {
            try {
                SnmpTransport transport = SnmpTransport.bind(
                        address, log, cause -> served.jvm().lastResort().failed(TYPE.name(), cause, this::close));
                transports.add(transport);
                dispatcher.addTransportMapping(transport);
                transport.addTransportListener(dispatcher);
            } catch (SocketException failed) {
                throw new ProblemException(
                        ListenProblem.of(TYPE.listenerName(), Settings.SNMP_LISTEN, address, failed));
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
        dispatcher.addCounterListener(event -> {
            if (event.getOid().equals(SnmpConstants.snmpInPkts)) {
                served.counts().add(RequestCounts.Protocol.SNMP);
            }
        });
        responder.addCounterListener(counters);
        counters.dispatching().registerMOs(server, null);
        register(counters.usmStatistics());
        new SnmpFrameworkMIB(usm.getLocalEngineID(), usm, dispatcher.getTransportMappings()).registerMOs(server, null);
    }

    /** Warns if the default community is used at an address that is not loopback: scanners try it first. */
    private static void warnOfPublicCommunity(SettingStore settings) {
        if (!settings.get(Settings.SNMP_COMMUNITY).equals(Settings.SNMP_COMMUNITY.defaultText())) {
            return;
        }
        for (InetSocketAddress address : settings.get(Settings.SNMP_LISTEN)) {
            if (!address.getAddress().isLoopbackAddress()) {
                LOG.warn(
                        "snmp.listen={} can be reached from other hosts, and snmp.community is '{}', a well-known default;"
                                + " choose another community, or an empty one for SNMPv3 only",
                        AddressText.of(address),
                        settings.get(Settings.SNMP_COMMUNITY));
            }
        }
    }

    private void registerEstats(TcpProbeMib mib) throws IOException, DuplicateRegistrationException {
        SettingStore settings = served.settings();
        LiveAndEndedFlowsSupplier flows = served.knownFlows();
        TcpSysctls host = TcpSysctls.read(SYSCTLS);
        EstatsListeners listeners =
                new EstatsListeners(new ListenerTracker(served.sockets(), served.flows(), this::upTime));
        register(listeners);
        register(listeners.lastChange());
        register(new EstatsConnections(flows));
        register(new EstatsFlowTable(EstatsTable.PERF, flows, () -> true, host));
        register(new EstatsFlowTable(EstatsTable.PATH, flows, () -> on(settings, Settings.ESTATS_PATH), host));
        register(new EstatsFlowTable(EstatsTable.STACK, flows, () -> on(settings, Settings.ESTATS_STACK), host));
        register(new EstatsFlowTable(EstatsTable.APP, flows, () -> on(settings, Settings.ESTATS_APP), host));
        register(new EstatsFlowTable(EstatsTable.TUNE, flows, () -> on(settings, Settings.ESTATS_TUNE), host));
        register(SettingScalars.estats(settings, mib));
    }

    private void openContexts(TcpProbeMib mib) throws DuplicateRegistrationException {
        if (served.settings().get(Settings.SNMP_CONTEXTS) == 0) {
            return;
        }
        Namespaces opened = new Namespaces(
                new Namespaces.Options(served.flows(), served.requests(), served.settings(), served.monotonicNanos()));
        namespaces = opened;
        register(new ContextTable(opened));
        register(new LogicalEntityTable(opened, served.engine().id()));
        responder.serve(new NamespaceContexts(opened, mib));
    }

    private void openNotifications(MPv3 mpv3, TcpProbeMib mib) throws IOException, DuplicateRegistrationException {
        SettingStore settings = served.settings();
        NotificationLog log = new NotificationLog(settings, this::upTime, Clocks.system());
        for (Subtree object : NotificationLogObjects.of(log, served.requests())) {
            register(object);
        }
        List<NotificationQueue> queues = new ArrayList<>(List.of(log));
        if (!settings.get(Settings.SNMP_NOTIFY).isEmpty()) {
            checkNotifyUser();
            Notifications opened = new Notifications(NotificationTargets.open(settings, mpv3), this::upTime);
            notifications = opened;
            served.events().addListener(opened);
            queues.add(eventQueue(mpv3));
        }
        EventNotifications aboutEvents = new EventNotifications(queues, mib);
        eventNotifications = aboutEvents;
        served.ruleEvents().addListener(aboutEvents);
    }

    private void checkNotifyUser() throws ProblemException {
        SettingStore settings = served.settings();
        String name = settings.get(Settings.SNMP_NOTIFY_USER);
        if (!name.isEmpty() && served.users().find(name).isEmpty()) {
            Problem unknown = new Problem(
                    "notify",
                    Settings.SNMP_NOTIFY_USER.name() + '=' + name,
                    "there is no such user",
                    "add it with '" + ProgramName.command("user add " + name) + "', or name another ('"
                            + ProgramName.command("user list") + "')");
            if (!served.users().lost()) {
                throw new ProblemException(unknown);
            }
            LOG.warn("{}; no notifications are sent until then, because the users file could not be used", unknown);
        }
    }

    private NotificationQueue eventQueue(MPv3 mpv3) throws IOException {
        SettingStore settings = served.settings();
        if (!on(settings, Settings.SNMP_INFORM)) {
            return new NotificationSender(NotificationTargets.open(settings, mpv3), this::upTime, "events");
        }
        List<Problem> warnings = new ArrayList<>();
        ReceiverUsers users = served.users().ofReceivers(warnings);
        warnings.forEach(warning -> LOG.warn("{}", warning));
        String name = settings.get(Settings.SNMP_NOTIFY_USER);
        if (!name.isEmpty() && !users.has(name) && !users.lost()) {
            throw new ProblemException(new Problem(
                    "inform",
                    Settings.SNMP_NOTIFY_USER.name() + '=' + name,
                    "there are no keys of this user for the engine of a receiver",
                    "add them with '" + ProgramName.command("user add " + name + " --inform ENGINEID") + "'"));
        }
        return InformSender.open(settings, new OctetString(served.engine().id()), users, this::upTime);
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

    @Override
    public List<InetSocketAddress> addresses() {
        return transports.stream().map(SnmpTransport::bound).toList();
    }

    @Override
    public List<Access> access() {
        return addresses().stream().map(this::access).toList();
    }

    @Override
    public List<VitalPart> vitalParts() {
        return Stream.concat(transports.stream().map(SnmpTransport::vitalPart), Stream.of(responder.vitalPart()))
                .toList();
    }

    private Access access(InetSocketAddress address) {
        String shown = AddressText.of(address);
        String community = served.settings().get(Settings.SNMP_COMMUNITY);
        String security = community.isEmpty()
                ? "-v3 -l authPriv -a SHA-256 -x AES -u USER -A ... -X ..."
                : "-v2c -c " + shown(community);
        return new Access("udp " + shown, "snmpwalk " + security + ' ' + ToolAddress.of(shown) + " 1.3.6.1.2.1.6");
    }

    /** Returns the community as it may be logged: only the default one is not a secret. */
    private static String shown(String community) {
        return community.equals(Settings.SNMP_COMMUNITY.defaultText()) ? community : "COMMUNITY";
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        if (notifications != null) {
            notifications.close();
        }
        EventNotifications aboutEvents = eventNotifications;
        if (aboutEvents != null) {
            served.ruleEvents().removeListener(aboutEvents);
            aboutEvents.close();
        }
        responder.close();
        Namespaces others = namespaces;
        if (others != null) {
            others.close();
        }
        transports.forEach(SnmpTransport::close);
        dispatcher.stop();
    }
}
