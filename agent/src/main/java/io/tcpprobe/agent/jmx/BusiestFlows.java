package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowRanking;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.logging.BoundedLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an MBean registered for each of the busiest flows.
 *
 * <p>A flow that is no longer among them keeps its MBean for a minute, and a closed flow for half a minute, so that charts do not
 * vanish while a client displays them. While a client reads an MBean of the agent, the flows are scanned every 5 seconds.
 * Otherwise they are scanned every minute, or more rarely so that scans use at most a thousandth of the time: a client that
 * connects then finds names that are no older than that.
 */
final class BusiestFlows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BusiestFlows.class);
    private static final long SECOND = 1_000_000_000L;
    private static final long WATCHED_FOR = 60 * SECOND;
    private static final long SWEEP_WHEN_ASKED = SECOND;
    private static final long SWEEP_WHEN_WATCHED = 5 * SECOND;
    private static final long SWEEP_WHEN_IDLE = 60 * SECOND;
    private static final long COST_TO_PAUSE = 1000;
    private static final long KEEP_AFTER_RANK = 60 * SECOND;
    private static final long KEEP_AFTER_CLOSE = 30 * SECOND;

    private final MBeanServer server;
    private final FlowSnapshotCache snapshots;
    private final int count;
    private final LongSupplier monotonicNanos;
    private final Map<Long, Shown> shown = new HashMap<>();
    private final ReentrantLock sweeping = new ReentrantLock();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tcpprobe-jmx-flows").factory());
    private final BoundedLog log;
    private volatile long accessedAt;
    private volatile long sweptAt;
    private volatile long cost;
    private volatile boolean opened;
    private boolean closed;

    /** A registered flow: when it was last among the busiest, and when it last existed. */
    private static final class Shown {
        final ObjectName name;
        final FlowBean bean;
        long rankedAt;
        long lastSeenAt;

        Shown(ObjectName name, FlowBean bean) {
            this.name = name;
            this.bean = bean;
        }
    }

    /**
     * Creates it; nothing is registered before {@link #open}.
     *
     * @param count the number of flows to show; 0 = never any
     */
    BusiestFlows(MBeanServer server, FlowSnapshotCache snapshots, int count, LongSupplier monotonicNanos) {
        this.server = server;
        this.snapshots = snapshots;
        this.count = count;
        this.monotonicNanos = monotonicNanos;
        this.log = new BoundedLog(monotonicNanos);
        this.accessedAt = monotonicNanos.getAsLong() - WATCHED_FOR;
    }

    /** Registers the currently busiest flows, and keeps them up to date from now on. */
    void open() {
        opened = true;
        if (count > 0) {
            sweep();
            var _ = clock.scheduleWithFixedDelay( // stopped by the clock's shutdown
                    this::sweepIfDue, SWEEP_WHEN_WATCHED, SWEEP_WHEN_WATCHED, TimeUnit.NANOSECONDS);
        }
    }

    /** Notes that a client reads; the flows are scanned immediately, unless the last scan is less than a second old. */
    void accessed() {
        if (!opened || sweeping.isHeldByCurrentThread()) {
            return; // the MBean server itself, which inspects an MBean during registration
        }
        accessedAt = monotonicNanos.getAsLong();
        if (count > 0 && accessedAt - sweptAt >= SWEEP_WHEN_ASKED) {
            sweep();
        }
    }

    private void sweepIfDue() {
        long now = monotonicNanos.getAsLong();
        boolean watched = now - accessedAt < WATCHED_FOR;
        if (watched || now - sweptAt >= Math.max(SWEEP_WHEN_IDLE, cost * COST_TO_PAUSE)) {
            try {
                sweep();
            } catch (RuntimeException failed) {
                warn("register MBeans of flows", failed, "it will be retried"); // an exception would stop the schedule
            }
        }
    }

    /** Registers and unregisters MBeans as needed; returns at once if another thread is doing so. */
    void sweep() {
        if (!sweeping.tryLock()) {
            return;
        }
        try {
            if (closed) {
                return;
            }
            long now = monotonicNanos.getAsLong();
            sweptAt = now;
            FlowSnapshot snapshot = snapshots.current();
            for (Flow flow : FlowRanking.busiest(snapshot, count)) {
                show(flow, now);
            }
            unregisterOld(snapshot, now, now - accessedAt < WATCHED_FOR);
            cost = Math.max(snapshot.buildNanos(), monotonicNanos.getAsLong() - now);
        } finally {
            sweeping.unlock();
        }
    }

    private void show(Flow flow, long now) {
        Shown known = shown.get(flow.id());
        if (known == null) {
            FlowBean bean = new FlowBean(flow, snapshots, this::accessed);
            known = new Shown(ObjectNames.of(flow), bean);
            try {
                server.registerMBean(bean, known.name);
            } catch (JMException failed) {
                warn("register the MBean of a flow", failed, known.name + " has no MBean");
                return;
            }
            shown.put(flow.id(), known);
        }
        known.rankedAt = now;
    }

    private void unregisterOld(FlowSnapshot snapshot, long now, boolean watched) {
        List<Shown> waiting = new ArrayList<>(); // not among the busiest, too recent to be unregistered
        for (Iterator<Map.Entry<Long, Shown>> all = shown.entrySet().iterator(); all.hasNext(); ) {
            var next = all.next();
            Shown flow = next.getValue();
            int index = snapshot.flows().indexOf(next.getKey());
            if (index >= 0) {
                flow.lastSeenAt = now;
                flow.bean.remember(new Flow(snapshot, index), watched);
            }
            if (now - flow.lastSeenAt >= KEEP_AFTER_CLOSE || now - flow.rankedAt >= KEEP_AFTER_RANK) {
                unregister(flow);
                all.remove();
            } else if (flow.rankedAt != now) {
                waiting.add(flow);
            }
        }
        if (waiting.size() > count) { // many short connections: the longest out of the ranking make room
            waiting.sort(Comparator.comparingLong((Shown flow) -> flow.rankedAt).reversed());
            List<Shown> excess = waiting.subList(count, waiting.size());
            excess.forEach(this::unregister);
            shown.values().removeAll(excess);
        }
    }

    private void unregister(Shown flow) {
        try {
            server.unregisterMBean(flow.name);
        } catch (InstanceNotFoundException _) {
            LOG.debug("unregister {}: other code has already unregistered it", flow.name);
        } catch (JMException failed) {
            warn("unregister the MBean of a flow", failed, flow.name + " stays");
        }
    }

    /** Logs a failure, with a bound: clients open flows at will, and each of them may fail. */
    private void warn(String step, Exception failed, String consequence) {
        log.warn(LOG, step, failed.getClass().getName(), step + ": " + failed + "; " + consequence);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        sweeping.lock();
        try {
            closed = true;
            shown.values().forEach(this::unregister);
            shown.clear();
        } finally {
            sweeping.unlock();
        }
    }
}
