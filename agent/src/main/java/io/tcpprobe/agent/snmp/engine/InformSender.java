package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.users.ReceiverUsers;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.CommunityTarget;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.Snmp;
import org.snmp4j.Target;
import org.snmp4j.UserTarget;
import org.snmp4j.event.ResponseEvent;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.VariableBinding;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/**
 * Sends notifications as InformRequest PDUs (RFC 3416, 4.2.7) and repeats each until its receiver acknowledges it, for an hour at most.
 * A Response with an error is not an acknowledgement: the receiver has not processed the inform. What keeps an inform from being
 * acknowledged is logged at the first attempt. Every receiver has its own thread and its own queue of {@value #MAX_WAITING}, so one that does not answer delays only itself. What does
 * not fit, or was never acknowledged, is counted and logged.
 *
 * <p>With SNMPv3 the receiver is authoritative (RFC 3414, 1.5.1): keys are needed that are localized for its engine, see
 * {@link ReceiverUsers}. Its engine id is discovered.
 */
public final class InformSender implements NotificationQueue {
    static final int MAX_WAITING = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(InformSender.class);
    private static final long TIMEOUT_MILLIS = 1500;
    private static final int RETRIES = 1;
    private static final long FIRST_PAUSE_MILLIS = 1000;
    private static final long LAST_PAUSE_MILLIS = 30_000;
    private static final long GIVE_UP_NANOS = Duration.ofHours(1).toNanos();

    /** An inform to be sent: sysUpTime and time of the event, the notification's object id, and its objects. */
    private record Waiting(long upTime, long sinceNanos, OID notification, List<VariableBinding> objects) {}

    private final Snmp session;
    private final LongSupplier upTime;
    private final boolean v3;
    private final List<Receiver> receivers;
    private final BoundedLog log = new BoundedLog(System::nanoTime);

    private InformSender(Snmp session, LongSupplier upTime, boolean v3, List<Target<UdpAddress>> targets) {
        this.session = session;
        this.upTime = upTime;
        this.v3 = v3;
        this.receivers = targets.stream().map(Receiver::new).toList();
        receivers.forEach(receiver -> receiver.thread.start());
    }

    /**
     * Opens a socket to send from, and a thread for each receiver.
     *
     * @param settings snmp.notify, snmp.notifyuser and snmp.community are read once
     * @param engine the identity of this engine
     * @param users the keys for the engines of the receivers; not used with v2c
     * @param upTime sysUpTime, in hundredths of a second
     * @throws IOException if no port can be bound
     */
    public static InformSender open(SettingStore settings, OctetString engine, ReceiverUsers users, LongSupplier upTime)
            throws IOException {
        String user = settings.get(Settings.SNMP_NOTIFY_USER);
        MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
        dispatcher.addMessageProcessingModel(new MPv2c());
        dispatcher.addMessageProcessingModel(mpv3(engine, users));
        Snmp session = new Snmp(dispatcher, new DefaultUdpTransportMapping());
        session.listen();
        List<Target<UdpAddress>> targets = settings.get(Settings.SNMP_NOTIFY).stream()
                .map(address -> target(address, user, settings.get(Settings.SNMP_COMMUNITY)))
                .toList();
        return new InformSender(session, upTime, !user.isEmpty(), targets);
    }

    private static MPv3 mpv3(OctetString engine, ReceiverUsers users) {
        SecurityProtocols protocols = SecurityProtocols.getInstance();
        CounterSupport counts = new CounterSupport();
        USM usm = new USM(protocols, engine, 0, counts);
        users.all()
                .forEach(receiver -> usm.addLocalizedUser(
                        receiver.engineId(),
                        new OctetString(receiver.user().name()),
                        receiver.user().authentication().oid(),
                        receiver.user().authenticationKey(),
                        receiver.user().privacy().oid(),
                        receiver.user().privacyKey()));
        SecurityModels models = SecurityModels.getCollection(new SecurityModel[] {usm});
        return new MPv3(engine.getValue(), null, protocols, models, counts);
    }

    private static Target<UdpAddress> target(InetSocketAddress address, String user, String community) {
        UdpAddress udp = new UdpAddress(address.getAddress(), address.getPort());
        Target<UdpAddress> target;
        if (user.isEmpty()) {
            target = new CommunityTarget<>(udp, new OctetString(community));
            target.setVersion(SnmpConstants.version2c);
        } else {
            target = new UserTarget<>(udp, new OctetString(user), new byte[0], SecurityLevel.AUTH_PRIV);
            target.setVersion(SnmpConstants.version3);
        }
        target.setTimeout(TIMEOUT_MILLIS);
        target.setRetries(RETRIES);
        return target;
    }

    @Override
    public void offer(OID notification, List<VariableBinding> objects) {
        Waiting inform = new Waiting(upTime.getAsLong(), System.nanoTime(), notification, objects);
        receivers.forEach(receiver -> receiver.offer(inform));
    }

    /** Returns how many informs were dropped, or not acknowledged in time, of all receivers. */
    long lost() {
        return receivers.stream().mapToLong(receiver -> receiver.lost.get()).sum();
    }

    /** A receiver, its queue and its thread. */
    private final class Receiver {
        private final Target<UdpAddress> target;
        private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
        private final AtomicLong lost = new AtomicLong();
        private final Thread thread =
                Thread.ofPlatform().daemon().name("tcpprobe-inform").unstarted(this::run);

        Receiver(Target<UdpAddress> target) {
            this.target = target;
        }

        void offer(Waiting inform) {
            if (!waiting.offer(inform)) {
                lose("its queue is full");
            }
        }

        private void lose(String reason) {
            warn("inform " + target.getAddress() + ": " + reason + "; lost so far: " + lost.incrementAndGet());
        }

        private void warn(String message) {
            log.warn(LOG, "inform", target.getAddress().toString(), message + "; see snmp.notify and snmp.notifyuser");
        }

        private void run() {
            try {
                while (true) {
                    deliver(waiting.take());
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }

        private void deliver(Waiting inform) throws InterruptedException {
            long pause = FIRST_PAUSE_MILLIS;
            while (!acknowledged(inform)) {
                if (System.nanoTime() - inform.sinceNanos > GIVE_UP_NANOS) {
                    lose("not acknowledged for an hour");
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(pause);
                pause = Math.min(2 * pause, LAST_PAUSE_MILLIS);
            }
        }

        private boolean acknowledged(Waiting inform) {
            try {
                if (target instanceof UserTarget<UdpAddress> user && !discovered(user)) {
                    warn("inform " + target.getAddress() + ": no answer to the discovery of its engine");
                    return false;
                }
                ResponseEvent<UdpAddress> event = session.send(pdu(inform), target);
                PDU response = event == null ? null : event.getResponse();
                String fault = fault(response);
                if (fault.isEmpty()) {
                    return true;
                }
                warn("inform " + target.getAddress() + ": " + fault);
            } catch (IOException | RuntimeException failed) {
                warn("inform " + target.getAddress() + ": " + failed.getMessage());
            }
            return false;
        }
    }

    /** Returns why an answer does not acknowledge an inform; empty if it does. */
    private static String fault(@Nullable PDU response) {
        if (response == null) {
            return "no acknowledgement";
        }
        if (response.getType() != PDU.RESPONSE) { // a report of SNMPv3
            return "refused: " + response.getVariableBindings();
        }
        return response.getErrorStatus() == PDU.noError ? "" : "refused: " + response.getErrorStatusText();
    }

    /** Asks a receiver for its engine id, whose keys secure the inform; at each attempt, since it may have been replaced. */
    private boolean discovered(UserTarget<UdpAddress> target) {
        byte[] engine = session.discoverAuthoritativeEngineID(target.getAddress(), TIMEOUT_MILLIS);
        if (engine == null) {
            return false;
        }
        target.setAuthoritativeEngineID(engine);
        return true;
    }

    private PDU pdu(Waiting inform) {
        PDU pdu = v3 ? new ScopedPDU() : new PDU();
        pdu.setType(PDU.INFORM);
        pdu.add(new VariableBinding(SnmpConstants.sysUpTime, new TimeTicks(inform.upTime)));
        pdu.add(new VariableBinding(SnmpConstants.snmpTrapOID, inform.notification));
        inform.objects.forEach(pdu::add);
        return pdu;
    }

    @Override
    public void close() {
        receivers.forEach(receiver -> receiver.thread.interrupt());
        try {
            session.close();
        } catch (IOException alreadyClosed) {
            throw new IllegalStateException(alreadyClosed);
        }
    }
}
