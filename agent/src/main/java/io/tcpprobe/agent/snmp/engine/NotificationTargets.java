package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.CommunityTarget;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.MessageException;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.Target;
import org.snmp4j.UserTarget;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/**
 * The receivers of notifications, and the socket to send from. The socket has a port of its own, on which nothing is read, since
 * the connector may be bound to loopback. Used by one thread.
 */
public final class NotificationTargets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationTargets.class);

    private final MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
    private final DefaultUdpTransportMapping transport;
    private final List<Target<UdpAddress>> receivers;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final OctetString engineId;
    private final boolean v3;

    private NotificationTargets(DefaultUdpTransportMapping transport, SettingStore settings, MPv3 mpv3) {
        this.transport = transport;
        this.engineId = new OctetString(mpv3.getLocalEngineID());
        String user = settings.get(Settings.SNMP_NOTIFY_USER);
        this.v3 = !user.isEmpty();
        this.receivers = settings.get(Settings.SNMP_NOTIFY).stream()
                .map(address -> v3 ? byUser(address, user) : byCommunity(address, settings))
                .toList();
        dispatcher.addMessageProcessingModel(new MPv2c());
        dispatcher.addMessageProcessingModel(mpv3);
        dispatcher.addTransportMapping(transport);
    }

    /**
     * Opens a socket to send from.
     *
     * @param settings snmp.notify, snmp.notifyuser and snmp.community are read once
     * @param mpv3 provides the keys of the users
     * @throws IOException if no port can be bound
     */
    public static NotificationTargets open(SettingStore settings, MPv3 mpv3) throws IOException {
        return new NotificationTargets(new DefaultUdpTransportMapping(), settings, mpv3);
    }

    private static Target<UdpAddress> byCommunity(InetSocketAddress address, SettingStore settings) {
        CommunityTarget<UdpAddress> target =
                new CommunityTarget<>(udp(address), new OctetString(settings.get(Settings.SNMP_COMMUNITY)));
        target.setVersion(SnmpConstants.version2c);
        return target;
    }

    private Target<UdpAddress> byUser(InetSocketAddress address, String user) {
        UserTarget<UdpAddress> target =
                new UserTarget<>(udp(address), new OctetString(user), engineId.getValue(), SecurityLevel.AUTH_PRIV);
        target.setVersion(SnmpConstants.version3);
        return target;
    }

    private static UdpAddress udp(InetSocketAddress address) {
        return new UdpAddress(address.getAddress(), address.getPort());
    }

    /** Returns an empty notification, to be filled in and sent. */
    public PDU pdu() {
        if (!v3) {
            return new PDU(PDU.NOTIFICATION, List.of());
        }
        ScopedPDU scoped = new ScopedPDU();
        scoped.setType(PDU.NOTIFICATION);
        scoped.setContextEngineID(engineId);
        return scoped;
    }

    /** Sends a notification to all targets. A failure is logged at most once an hour per target. */
    public void send(PDU notification) {
        for (Target<UdpAddress> receiver : receivers) {
            try {
                dispatcher.sendPdu(receiver, notification, false);
            } catch (MessageException | RuntimeException failed) {
                log.warn(
                        LOG,
                        "notify",
                        receiver.getAddress().toString(),
                        "notify " + receiver.getAddress() + ": " + failed.getMessage()
                                + "; see snmp.notify and snmp.notifyuser");
            }
        }
    }

    @Override
    public void close() {
        try {
            transport.close();
        } catch (IOException alreadyClosed) {
            throw new IllegalStateException(alreadyClosed);
        }
    }
}
