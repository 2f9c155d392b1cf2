package io.tcpprobe.agent.state;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.agent.users.Users;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks every second, by one stat(2), if a command has added or removed users, and notifies listeners. */
public final class UserWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UserWatch.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tcpprobe-users").factory());
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final Users users;
    private final List<Consumer<Collection<User>>> listeners = new ArrayList<>();
    private long notified;

    /** Starts to watch the users. */
    public UserWatch(Users users) {
        this.users = users;
        this.notified = users.generation();
        var _ = timer.scheduleWithFixedDelay(this::check, 1, 1, TimeUnit.SECONDS);
    }

    /** Calls a listener now and after each change, with all users; calls come from one thread at a time. */
    public synchronized void onChange(Consumer<Collection<User>> listener) {
        listeners.add(listener);
        listener.accept(users.all());
    }

    private synchronized void check() {
        try {
            users.reloadIfChanged();
            long now = users.generation(); // a connector may have reloaded the file already
            if (now != notified) {
                listeners.forEach(listener -> listener.accept(users.all()));
                notified = now;
                LOG.info("users changed: {}", users.all());
            }
        } catch (IOException | RuntimeException failed) { // an exception would end the timer
            log.warn(
                    LOG,
                    "read users",
                    failed.toString(),
                    "read users: " + failed + "; the agent retries when the file changes");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
