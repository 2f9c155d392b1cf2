package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.logging.BoundedLog;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.PDU;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.VariableBinding;

/**
 * Sends notifications on its own thread, at most a thousand per second: a manager cannot process more. Notifications beyond that rate that
 * do not fit into the queue are dropped, counted and logged.
 */
public final class NotificationSender implements NotificationQueue {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationSender.class);
    private static final int MAX_WAITING = 2000;
    private static final long PAUSE_MILLIS = 10;
    private static final int AT_A_TIME = 10;

    /** A notification to be sent: sysUpTime, the notification's object id, and its objects. */
    private record Waiting(long upTime, OID notification, List<VariableBinding> objects) {}

    private final NotificationTargets targets;
    private final LongSupplier upTime;
    private final String about;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    /** The number of dropped notifications when it was last logged. Used by the sender thread only. */
    private long logged;

    private final Thread sender =
            Thread.ofPlatform().daemon().name("tcpprobe-notify").unstarted(this::send);

    /**
     * Creates a sender, which owns the targets from now on.
     *
     * @param upTime sysUpTime, in hundredths of a second
     * @param about what the notifications are about, for the log: "connections"
     */
    public NotificationSender(NotificationTargets targets, LongSupplier upTime, String about) {
        this.targets = targets;
        this.upTime = upTime;
        this.about = about;
        sender.start();
    }

    /** Returns false if the queue is full: the next notification would be dropped. */
    public boolean hasRoom() {
        return waiting.remainingCapacity() > 0;
    }

    /** Counts a notification that the caller has not composed because there was no room. */
    public void countDropped() {
        dropped.incrementAndGet();
    }

    @Override
    public void offer(OID notification, List<VariableBinding> objects) {
        if (!waiting.offer(new Waiting(upTime.getAsLong(), notification, objects))) {
            countDropped();
        }
    }

    private void send() {
        try {
            while (true) {
                Waiting next = waiting.take();
                for (int i = 1; next != null; i++) {
                    targets.send(pdu(next));
                    next = i < AT_A_TIME ? waiting.poll() : null;
                }
                reportDropped();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private PDU pdu(Waiting next) {
        PDU pdu = targets.pdu();
        pdu.add(new VariableBinding(SnmpConstants.sysUpTime, new TimeTicks(next.upTime)));
        pdu.add(new VariableBinding(SnmpConstants.snmpTrapOID, next.notification));
        next.objects.forEach(pdu::add);
        return pdu;
    }

    private void reportDropped() {
        if (waiting.isEmpty()) {
            long count = dropped.get();
            if (count > logged) {
                logged = count;
                log.warn(
                        LOG,
                        "notifications were dropped",
                        about,
                        count + " notifications about " + about
                                + " were dropped since the start: they occur faster than" + " notifications are sent");
            }
        }
    }

    @Override
    public void close() {
        sender.interrupt();
        targets.close();
    }
}
