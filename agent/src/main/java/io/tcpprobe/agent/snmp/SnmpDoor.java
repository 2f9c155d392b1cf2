package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.about.AgentFacts;
import io.tcpprobe.agent.about.DoorException;
import io.tcpprobe.agent.about.ListenProblem;
import io.tcpprobe.agent.estats.FlowEvents;
import io.tcpprobe.agent.estats.FlowKnowledge;
import io.tcpprobe.agent.estats.ListenerWatch;
import io.tcpprobe.agent.flows.Snapshots;
import io.tcpprobe.agent.sockets.Deletions;
import io.tcpprobe.agent.sockets.SocketSnapshots;
import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.config.Problem;
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
import org.jspecify.annotations.Nullable;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.SNMP4JSettings;
import org.snmp4j.agent.DefaultMOServer;
import org.snmp4j.agent.DuplicateRegistrationException;
import org.snmp4j.agent.mo.DefaultMOFactory;
import org.snmp4j.agent.mo.snmp.SNMPv2MIB;
import org.snmp4j.agent.mo.snmp.SnmpFrameworkMIB;
import org.snmp4j.agent.mo.snmp.SnmpMpdMib;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.MPv1;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/** The SNMP door: v1, v2c and v3 over UDP. */
public final class SnmpDoor implements AutoCloseable {
    /** sysServices of RFC 3418: end-to-end (layer 4) and applications (layer 7). */
    private static final int SERVICES = 72;

    private static final Path SYSCTLS = Path.of("/proc/sys/net/ipv4");

    private final List<DefaultUdpTransportMapping> transports = new ArrayList<>();
    private final MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
    private final DefaultMOServer server = new DefaultMOServer();
    private final AccessRules rules;
    private @Nullable Notifications notifications;
    private @Nullable SNMPv2MIB system;
    private final Responder responder;

    private SnmpDoor(Snapshots snapshots, USM usm, SecurityModels models, MPv3 mpv3, TcpProbeMib mib) {
        server.addContext(new OctetString());
        dispatcher.addMessageProcessingModel(new MPv1());
        dispatcher.addMessageProcessingModel(new MPv2c());
        dispatcher.addMessageProcessingModel(mpv3);
        rules = new AccessRules(usm, models, server, dispatcher, mib); // asks the models for the engine's identity
        responder = new Responder(usm.getLocalEngineID(), snapshots, rules.vacm());
        dispatcher.addAuthenticationFailureListener(new UsmFailures(responder.strangers()));
        responder.addMOServer(server);
        responder.setCoexistenceProvider(rules.communities());
    }

    /**
     * Opens the door.
     *
     * @param settings snmp.listen, snmp.community and snmp.baseoid are read once
     * @param users who may use v3; see {@link #users}
     * @throws DoorException if an address cannot be listened on
     * @throws IOException if the engine's boots cannot be kept
     */
    public static SnmpDoor open(
            SettingStore settings,
            Snapshots snapshots,
            FlowKnowledge flows,
            FlowEvents events,
            SocketSnapshots sockets,
            Deletions deletions,
            HostCounters counters,
            AgentFacts facts,
            EngineFile engine,
            Collection<User> users)
            throws IOException {
        OctetString engineId = new OctetString(engine.id());
        CounterSupport counts = new CounterSupport();
        SecurityProtocols protocols = SecurityProtocols.getInstance();
        protocols.addAuthenticationProtocol(new AuthHMAC192SHA256());
        protocols.addPrivacyProtocol(new PrivAES128());
        USM usm = new USM(protocols, engineId, engine.boot(), counts);
        SecurityModels models = SecurityModels.getCollection(new SecurityModel[] {usm});
        MPv3 mpv3 = new MPv3(engineId.getValue(), null, protocols, models, counts);
        TcpProbeMib mib = new TcpProbeMib(Oid.parse(settings.get(Settings.SNMP_BASEOID)));
        // A report of a wrong user or key goes out without security where there is no key to secure it with (RFC 3414,
        // 3.2).
        SNMP4JSettings.setReportSecurityLevelStrategy(SNMP4JSettings.ReportSecurityLevelStrategy.noAuthNoPrivIfNeeded);

        SnmpDoor door = new SnmpDoor(snapshots, usm, models, mpv3, mib);
        try {
            if (!settings.get(Settings.SNMP_COMMUNITY).isEmpty()) {
                door.rules.allow(settings.get(Settings.SNMP_COMMUNITY));
            }
            door.users(users);
            door.bind(settings.get(Settings.SNMP_LISTEN));
            door.registerStandard(facts, mib, usm, counts);
            for (Subtree scalar : TcpScalars.of(counters)) {
                door.register(scalar);
            }
            door.register(new TcbTable(SocketTable.conn(sockets), TcpMibTable.CONN_STATE, deletions, snapshots));
            door.register(
                    new TcbTable(SocketTable.connection(sockets), TcpMibTable.CONNECTION_STATE, deletions, snapshots));
            door.register(SocketTable.listener(sockets));
            door.register(SettingScalars.sampler(settings, mib));
            door.registerEstats(settings, flows, sockets);
            door.register(AboutScalars.about(mib, facts, snapshots));
            door.register(AboutScalars.statistics(mib, snapshots));
            door.register(new FlowTable(snapshots, mib.flowEntry().toArray()));
            door.register(new CounterTable(counters, mib.counterEntry().toArray()));
            door.openNotifications(settings, events, mpv3);
            door.responder.serve(new MibTree(door.server.getRegistry().values()));
            door.dispatcher.addCommandResponder(door.responder);
            door.listen();
            return door;
        } catch (DuplicateRegistrationException overlap) {
            door.close();
            throw new DoorException(new Problem(
                    "register",
                    Settings.SNMP_BASEOID.name(),
                    "objects of ours are there already: " + overlap.getMessage(),
                    "choose an object id outside 1.3.6.1.2.1 and 1.3.6.1.6.3"));
        } catch (IOException | RuntimeException | Error failed) {
            door.close(); // or its ports would stay bound in an application that goes on without us
            throw failed;
        }
    }

    private void bind(List<InetSocketAddress> addresses) throws DoorException {
        for (InetSocketAddress address : addresses) {
            try {
                var transport =
                        new DefaultUdpTransportMapping(new UdpAddress(address.getAddress(), address.getPort()), false);
                transport.setAsyncMsgProcessingSupported(false); // one buffer, instead of 64 kB of garbage a datagram
                transports.add(transport);
                dispatcher.addTransportMapping(transport);
                transport.addTransportListener(dispatcher);
            } catch (SocketException failed) {
                throw new DoorException(ListenProblem.of("snmp udp", Settings.SNMP_LISTEN, address, failed));
            }
        }
    }

    private void listen() throws IOException {
        for (DefaultUdpTransportMapping transport : transports) {
            transport.listen();
        }
    }

    private void registerStandard(AgentFacts facts, TcpProbeMib mib, USM usm, CounterSupport counts)
            throws DuplicateRegistrationException {
        system = new SNMPv2MIB(
                new OctetString("tcpprobe " + facts.version() + " on Linux " + facts.kernelRelease()),
                new OID(mib.base().toArray()),
                new Integer32(SERVICES));
        system.setName(new OctetString(facts.hostName()));
        SnmpMpdMib dispatching = new SnmpMpdMib(DefaultMOFactory.getInstance());
        dispatcher.addCounterListener(system);
        dispatcher.addCounterListener(dispatching);
        responder.addCounterListener(system);
        responder.addCounterListener(dispatching);
        counts.addCounterListener(system);
        counts.addCounterListener(dispatching);
        system.registerMOs(server, null);
        dispatching.registerMOs(server, null);
        new SnmpFrameworkMIB(usm.getLocalEngineID(), usm, dispatcher.getTransportMappings()).registerMOs(server, null);
    }

    private void registerEstats(SettingStore settings, FlowKnowledge flows, SocketSnapshots sockets)
            throws IOException, DuplicateRegistrationException {
        TcpSysctls host = TcpSysctls.read(SYSCTLS);
        EstatsListeners listeners = new EstatsListeners(new ListenerWatch(sockets, this::upTime));
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

    private void openNotifications(SettingStore settings, FlowEvents events, MPv3 mpv3) throws IOException {
        if (!settings.get(Settings.SNMP_NOTIFY).isEmpty()) {
            NotificationTargets targets = NotificationTargets.open(settings, mpv3);
            Notifications opened = new Notifications(targets, this::upTime);
            notifications = opened;
            events.tell(opened);
        }
    }

    private long upTime() {
        return system == null ? 0 : system.getUpTime().getValue();
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
        return transports.stream()
                .map(transport -> transport.getListenAddress())
                .map(address -> new InetSocketAddress(address.getInetAddress(), address.getPort()))
                .toList();
    }

    @Override
    public void close() {
        if (notifications != null) {
            notifications.close();
        }
        responder.close();
        for (DefaultUdpTransportMapping transport : transports) {
            try {
                transport.close();
            } catch (IOException alreadyClosed) {
                throw new IllegalStateException(alreadyClosed);
            }
        }
        dispatcher.stop();
    }
}
