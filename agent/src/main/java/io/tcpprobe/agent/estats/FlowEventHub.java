package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndedFlows;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the events of flows while they are needed: to keep ended connections, or to send notifications. Otherwise, it does not subscribe
 * to the source.
 */
public final class FlowEventHub implements FlowListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlowEventHub.class);
    private static final long POLL_MILLIS = 1000;

    private final FlowSnapshotCache snapshots;
    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final EndedFlows ended = new EndedFlows();
    private volatile FlowListener notified = (_, _) -> {};
    private final List<Subscription> subscriptions = new ArrayList<>();
    private Optional<Subscription> listening = Optional.empty();
    private boolean closed;

    /**
     * Subscribes as soon as the settings require it.
     *
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     */
    public FlowEventHub(FlowSnapshotCache snapshots, SettingStore settings, LongSupplier monotonicNanos) {
        this.snapshots = snapshots;
        this.settings = settings;
        this.monotonicNanos = monotonicNanos;
        settings.follow(List.of(Settings.ESTATS_NOTIFY, Settings.ESTATS_LATENCY), _ -> listenIfWanted());
        listenIfWanted();
        Thread.ofPlatform().daemon().name("tcpprobe-poll").start(this::poll);
    }

    /** Sets the listener that is notified while {@code estats.notify} is 1; replaces the previous one. */
    public void addListener(FlowListener listener) {
        notified = listener;
    }

    /**
     * Notifies a listener of all changes from now on, whatever the settings are.
     *
     * @param consequence what follows, for the log, if the source does not report changes: "the flow log stays empty"
     */
    public synchronized void subscribe(FlowListener listener, String consequence) {
        try {
            Optional<Subscription> made = snapshots.listen(listener);
            made.ifPresent(subscriptions::add);
            if (made.isEmpty()) {
                LOG.info("this source does not report when connections open and close: {}", consequence);
            }
        } catch (IOException failed) {
            LOG.warn("subscribe to connection events: {}; {}", failed.getMessage(), consequence);
        }
    }

    private boolean notifies() {
        return settings.get(Settings.ESTATS_NOTIFY) != 0;
    }

    private long keptNanos() {
        return settings.get(Settings.ESTATS_LATENCY) * 1_000_000_000;
    }

    private synchronized void listenIfWanted() {
        boolean wanted = !closed && (notifies() || keptNanos() > 0);
        try {
            if (wanted && listening.isEmpty()) {
                listening = snapshots.listen(this);
                if (listening.isEmpty()) {
                    LOG.warn(
                            "this source does not report when connections open and close: estats.latency and notifications"
                                    + " have no effect");
                }
            } else if (!wanted) {
                listening.ifPresent(Subscription::close);
                listening = Optional.empty();
            }
        } catch (IOException failed) {
            LOG.warn("subscribe to connection events: {}", failed.getMessage());
        }
        notifyAll();
    }

    @Override
    public void happened(Change change, FlowRows flow) {
        if (change == Change.ENDED && keptNanos() > 0) {
            ended.add(
                    flow,
                    monotonicNanos.getAsLong(),
                    settings.get(Settings.MAXFLOWS).intValue());
        }
        if (notifies()) {
            notified.happened(change, flow);
        }
    }

    /** Returns the ended flows that are kept; the same object while they do not change. */
    public FlowColumns ended() {
        return ended.since(keptNanos(), monotonicNanos.getAsLong());
    }

    /** Refreshes the snapshot periodically: some sources report events only at a refresh, and notifications depend on them. */
    private void poll() {
        try {
            while (awaitPoll()) {
                snapshots.current();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt(); // only the end of the process interrupts this thread
        }
    }

    private synchronized boolean awaitPoll() throws InterruptedException {
        while (!closed) {
            boolean needed =
                    notifies() && listening.isPresent() && listening.get().atRefreshes();
            wait(needed ? POLL_MILLIS : 0);
            if (needed) {
                return !closed;
            }
        }
        return false;
    }

    @Override
    public synchronized void close() {
        closed = true;
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
        listenIfWanted();
    }
}
