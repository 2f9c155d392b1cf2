package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.snmp.engine.NotificationQueue;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

/**
 * The last notifications, for managers that missed them (RFC 3014): at most {@code notifylog.entries}, each for
 * {@code notifylog.minutes}. It is in memory: a start of the agent begins an empty log. Thread-safe.
 */
public final class NotificationLog implements NotificationQueue {
    private static final long MAX_INDEX = 0xffff_ffffL;

    private final SettingStore settings;
    private final LongSupplier upTime;
    private final Clocks clocks;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long lastIndex;
    private long logged;
    private long bumped;

    /**
     * A notification.
     *
     * @param index nlmLogIndex, from 1
     * @param monotonicNanos when it was logged, in CLOCK_MONOTONIC
     * @param upTime the same as sysUpTime, in hundredths of a second
     * @param wallMillis the same in milliseconds since 1970-01-01 UTC
     * @param notification the value of snmpTrapOID.0
     * @param objects what followed it
     */
    record Entry(
            long index,
            long monotonicNanos,
            long upTime,
            long wallMillis,
            OID notification,
            List<VariableBinding> objects) {}

    /**
     * Creates an empty log.
     *
     * @param settings {@code notifylog.entries} and {@code notifylog.minutes}, read at each use
     * @param upTime sysUpTime, in hundredths of a second
     */
    public NotificationLog(SettingStore settings, LongSupplier upTime, Clocks clocks) {
        this.settings = settings;
        this.upTime = upTime;
        this.clocks = clocks;
    }

    @Override
    public synchronized void offer(OID notification, List<VariableBinding> objects) {
        if (lastIndex == MAX_INDEX) { // the order of the indexes stays that of the entries
            bumped += entries.size();
            entries.clear();
            lastIndex = 0;
        }
        lastIndex++;
        entries.add(new Entry(
                lastIndex,
                clocks.monotonicNanos().getAsLong(),
                upTime.getAsLong(),
                clocks.wallMillis().getAsLong(),
                notification,
                List.copyOf(objects)));
        logged++;
        prune();
    }

    /** Returns the notifications in the order of their indexes and times. */
    synchronized List<Entry> entries() {
        prune();
        return List.copyOf(entries);
    }

    /** Returns the number of notifications that were logged. */
    synchronized long logged() {
        return logged;
    }

    /** Returns the number of notifications that were removed to make room; not those that became too old. */
    synchronized long bumped() {
        prune();
        return bumped;
    }

    private void prune() {
        long minutes = settings.get(Settings.NOTIFYLOG_MINUTES);
        long now = clocks.monotonicNanos().getAsLong();
        while (minutes > 0
                && !entries.isEmpty()
                && now - entries.getFirst().monotonicNanos > TimeUnit.MINUTES.toNanos(minutes)) {
            entries.removeFirst();
        }
        while (entries.size() > settings.get(Settings.NOTIFYLOG_ENTRIES)) {
            entries.removeFirst();
            bumped++;
        }
    }

    /** Nothing to do: it has no thread and no file. */
    @Override
    public void close() {}
}
