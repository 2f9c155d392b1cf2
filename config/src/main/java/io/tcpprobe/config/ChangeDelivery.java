package io.tcpprobe.config;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notifies listeners of changes in the order in which they were made, one at a time, without holding a lock. The thread that
 * makes a change notifies the listeners. If another thread is already notifying, that thread delivers this change too, and the
 * caller does not wait: a listener may be waiting for the caller.
 */
final class ChangeDelivery {
    /** Maximum number of pending steps, for listeners that are slow or do not return. */
    static final int MAX_PENDING = 1000;

    private record Follower(Set<Setting<?>> settings, Consumer<? super SettingChange<?>> listener) {}

    /** The changes of one step. Compared by identity. */
    static final class Step {
        private final List<SettingChange<?>> changes;

        private Step(List<SettingChange<?>> changes) {
            this.changes = changes;
        }
    }

    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final Queue<Step> pending = new ArrayDeque<>();
    private boolean delivering;
    private volatile BiConsumer<SettingChange<?>, RuntimeException> unclaimed = (_, failed) -> {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failed);
    };

    void follow(Collection<? extends Setting<?>> settings, Consumer<? super SettingChange<?>> listener) {
        followers.add(new Follower(Set.copyOf(settings), listener));
    }

    void unclaimed(BiConsumer<SettingChange<?>, RuntimeException> handler) {
        unclaimed = handler;
    }

    /** Returns true if no step may be added at present. */
    synchronized boolean full() {
        return pending.size() >= MAX_PENDING;
    }

    /** Appends a step. The caller holds the lock that orders the steps. */
    synchronized Step add(List<SettingChange<?>> changes) {
        Step step = new Step(changes);
        pending.add(step);
        return step;
    }

    /**
     * Notifies the listeners of all pending steps. Does nothing if another thread is notifying, or if a listener is the caller.
     *
     * @param mine the step that the caller has added
     * @throws RuntimeException if a listener failed at {@code mine}; all listeners have been notified
     */
    void deliver(Step mine) {
        if (!begin()) {
            return;
        }
        RuntimeException failure = null;
        boolean done = false;
        try {
            for (Step step = next(); step != null; step = next()) {
                RuntimeException failed = notifyOf(step, step == mine);
                failure = failed == null ? failure : failed;
            }
            done = true;
        } finally {
            if (!done) {
                stop(); // ended by an Error; the next change delivers what is pending
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private synchronized boolean begin() {
        boolean first = !delivering;
        delivering = true;
        return first;
    }

    /** Removes and returns the next step; null after the last one, when another thread may begin to notify. */
    private synchronized @Nullable Step next() {
        Step step = pending.poll();
        delivering = step != null;
        return step;
    }

    private synchronized void stop() {
        delivering = false;
    }

    /**
     * Notifies every listener, even if one of them fails: the change is in force. Returns the failure if the step is the
     * caller's.
     */
    private @Nullable RuntimeException notifyOf(Step step, boolean claimed) {
        RuntimeException failure = null;
        for (SettingChange<?> change : step.changes) {
            for (Follower follower : followers) {
                try {
                    if (follower.settings.contains(change.setting())) {
                        follower.listener.accept(change);
                    }
                } catch (RuntimeException failed) {
                    if (!claimed) {
                        unclaimed.accept(change, failed);
                    } else if (failure == null) {
                        failure = failed;
                    } else {
                        failure.addSuppressed(failed);
                    }
                }
            }
        }
        return failure;
    }
}
