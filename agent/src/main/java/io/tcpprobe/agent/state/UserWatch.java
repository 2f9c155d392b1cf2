package io.tcpprobe.agent.state;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.agent.users.Users;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every second whether users were added or removed by the command line: one stat(2). */
public final class UserWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UserWatch.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tcpprobe-users").factory());
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final Users users;
    private final Consumer<Collection<User>> onChange;
    private long told;

    public UserWatch(Users users, Consumer<Collection<User>> onChange) {
        this.users = users;
        this.onChange = onChange;
        this.told = users.generation();
        var _ = timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            users.reloadIfChanged();
            long now = users.generation(); // a connector may have read the file again before
            if (now != told) {
                onChange.accept(users.all());
                told = now;
                LOG.info("users changed: {}", users.all());
            }
        } catch (IOException | RuntimeException failed) { // an exception would end the timer
            log.warn(
                    LOG,
                    "read users",
                    failed.toString(),
                    "read users: " + failed + "; it is tried again when the file changes");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
