package io.tcpprobe.agent.service;

import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.agent.threads.VitalThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies the service manager that the agent works, twice in the time that the manager allows; see {@link ServiceManager#watchdog}. A
 * notification is sent only if every vital part has made progress since the one before. So the manager restarts an agent in which one of
 * them is stalled, at the latest after one and a half times the time that it allows.
 */
public final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final ServiceManager manager;
    private final List<VitalPart> parts;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<String> stalled = new HashSet<>();

    private Watchdog(ServiceManager manager, List<VitalPart> parts) {
        this.manager = manager;
        this.parts = parts;
    }

    /** Starts the watchdog if the service manager expects notifications. */
    public static Optional<AutoCloseable> start(ServiceManager manager, List<VitalPart> parts) {
        return manager.watchdog().map(limit -> new Watchdog(manager, parts).start(limit.dividedBy(2)));
    }

    private AutoCloseable start(Duration interval) {
        VitalThread thread = VitalThread.start(
                "watchdog",
                () -> check(interval),
                closed::countDown,
                cause -> LOG.error(
                        "the watchdog cannot continue: {}; the service manager restarts the agent", cause.toString()));
        LOG.debug("the service manager is notified every {} ms", interval.toMillis());
        return thread;
    }

    private record Observed(VitalPart part, VitalPart.Observation observation) {}

    /** Observes all parts for this time, then notifies the manager if all have progressed. */
    private void check(Duration interval) throws InterruptedException {
        List<Observed> observed =
                parts.stream().map(part -> new Observed(part, part.observe())).toList();
        if (closed.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (Observed one : observed) {
            if (!one.observation.progressed()) {
                names.add(one.part.name());
            }
        }
        if (names.isEmpty()) {
            manager.alive();
        }
        report(names);
    }

    /** Logs the parts that are newly stalled, and those that are no longer. */
    private void report(List<String> names) {
        for (String name : names) {
            if (stalled.add(name)) {
                LOG.error("{} makes no progress; the service manager is not notified that the agent works", name);
            }
        }
        stalled.removeIf(name -> {
            boolean over = !names.contains(name);
            if (over) {
                LOG.info("{} makes progress again", name);
            }
            return over;
        });
    }
}
