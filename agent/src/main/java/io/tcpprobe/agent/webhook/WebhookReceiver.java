package io.tcpprobe.agent.webhook;

import io.tcpprobe.agent.core.Backoff;
import io.tcpprobe.agent.events.Deliveries;
import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.webhook.WebhookClient.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One receiver of events, with its own thread and a queue of {@value #MAX_WAITING}: one that is down delays only itself. Notices are sent
 * in order; the first is tried again, after growing pauses, until it is accepted, refused or too old.
 */
final class WebhookReceiver implements EventListener {
    /** Notices that wait. */
    static final int MAX_WAITING = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(WebhookReceiver.class);
    private static final String NOT_ACCEPTED = "not accepted";
    private static final Duration IDLE = Duration.ofHours(1); // woken up earlier

    private final URI to;
    private final Setup setup;
    private final String name;
    private final Deque<Notice> waiting = new ArrayDeque<>();
    private final NavigableMap<Long, Event> active = new TreeMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("tcpprobe-webhook").unstarted(this::run);
    private long repeatAtNanos;
    private boolean closing;
    private long closedAtNanos;

    /**
     * What all receivers share.
     *
     * @param client posts
     * @param format what is posted
     * @param origin where the events come from
     * @param times the times of deliveries
     * @param random shortens the pauses, so that many agents do not come back at once
     * @param log bounds what is logged
     */
    record Setup(
            WebhookClient client,
            WebhookFormat format,
            EventOrigin origin,
            WebhookTimes times,
            RandomGenerator random,
            BoundedLog log) {}

    /** Creates a receiver at this URL. */
    WebhookReceiver(URI to, Setup setup) {
        this.to = to;
        this.setup = setup;
        this.name = to.getHost() + (to.getPort() < 0 ? "" : ":" + to.getPort()); // not the path, which may be secret
        repeatAtNanos = System.nanoTime() + setup.times.repeat().toNanos();
    }

    /** Begins to send. */
    void start() {
        thread.start();
    }

    @Override
    public void happened(Change change, Event event) {
        if (!add(change, event)) {
            warn("dropped", "its queue is full; dropped so far: " + dropped.incrementAndGet());
        }
    }

    private synchronized boolean add(Change change, Event event) {
        if (setup.format.repeats()) {
            switch (change) {
                case RAISED -> active.put(event.id(), event);
                case CLEARED -> active.remove(event.id());
            }
        }
        if (waiting.size() >= MAX_WAITING) {
            return false;
        }
        waiting.add(new Notice(change, event, System.nanoTime()));
        notifyAll();
        return true;
    }

    /** Returns what has become of the notices so far. */
    Deliveries deliveries() {
        return new Deliveries(sent.get(), failed.get(), dropped.get());
    }

    /** Logs a problem with this receiver, once an hour for each kind. */
    private void warn(String kind, String message) {
        setup.log.warn(LOG, "webhook: " + kind, name, "webhook " + name + ": " + message);
    }

    private void run() {
        try {
            boolean continues = true;
            while (continues) {
                List<Notice> next = take();
                continues = next.isEmpty() ? repeat() : deliver(next);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for notices; returns the next ones, or none if the active events are to be sent again, or if it is closed. */
    private synchronized List<Notice> take() throws InterruptedException {
        while (waiting.isEmpty() && !closing && untilRepeat() > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, untilRepeat());
        }
        List<Notice> next = new ArrayList<>();
        if (closing || untilRepeat() > 0) {
            while (!waiting.isEmpty() && next.size() < setup.format.batch()) {
                next.add(waiting.remove());
            }
        }
        return next;
    }

    private long untilRepeat() {
        return setup.format.repeats() ? repeatAtNanos - System.nanoTime() : IDLE.toNanos();
    }

    /** Sends all active events again, once: if that fails, it is done again soon. Returns false if it is closed instead. */
    private boolean repeat() throws InterruptedException {
        List<Notice> all = new ArrayList<>();
        synchronized (this) {
            if (closing) {
                return false;
            }
            active.values().forEach(event -> all.add(new Notice(Change.RAISED, event, System.nanoTime())));
            repeatAtNanos = System.nanoTime() + setup.times.repeat().toNanos();
        }
        for (int from = 0; from < all.size(); from += setup.format.batch()) {
            List<Notice> some = all.subList(from, Math.min(all.size(), from + setup.format.batch()));
            switch (post(some)) {
                case Outcome.Accepted _ -> {}
                case Outcome.Later(String why) -> {
                    warn(NOT_ACCEPTED, why);
                    return true;
                }
                case Outcome.Refused(String why) -> warn(NOT_ACCEPTED, why);
            }
        }
        return true;
    }

    /** Sends notices until they are accepted, refused or too old. Returns false if it was closed meanwhile, and sends no more. */
    private boolean deliver(List<Notice> notices) throws InterruptedException {
        Backoff backoff = new Backoff(setup.times.firstPause(), setup.times.lastPause(), setup.random);
        while (true) {
            switch (post(notices)) {
                case Outcome.Accepted _ -> {
                    sent.addAndGet(notices.size());
                    return true;
                }
                case Outcome.Refused(String why) -> {
                    lose(notices, why);
                    return true;
                }
                case Outcome.Later(String why) -> {
                    warn(NOT_ACCEPTED, why + "; it is tried again");
                    long age = System.nanoTime() - notices.getFirst().sinceNanos();
                    if (age > setup.times.giveUp().toNanos()) {
                        lose(notices, "not accepted for " + setup.times.giveUp().toSeconds() + " s");
                        return true;
                    }
                    if (!pause(backoff.nextNanos())) {
                        lose(notices, "not accepted before the agent stopped");
                        return false;
                    }
                }
            }
        }
    }

    private Outcome post(List<Notice> notices) throws InterruptedException {
        try {
            return setup.client.post(
                    to, setup.format.contentType(), setup.format.body(notices, setup.origin), timeLeft());
        } catch (RuntimeException | Error wrong) { // the next notices are sent
            return new Outcome.Refused(BoundedLog.brief(wrong));
        }
    }

    /** Returns the maximum time of a request. */
    private synchronized Duration timeLeft() {
        Duration answer = setup.times.answer();
        if (!closing) {
            return answer;
        }
        Duration left = Duration.ofNanos(Math.max(1, closedAtNanos - System.nanoTime()));
        return left.compareTo(answer) < 0 ? left : answer;
    }

    private void lose(List<Notice> notices, String why) {
        warn("failed", why + "; failed so far: " + failed.addAndGet(notices.size()));
    }

    /** Waits before the next attempt; returns false if it is closed. */
    private synchronized boolean pause(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; !closing && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !closing;
    }

    /** Lets the thread send what waits, once, until then; waits for nothing. */
    synchronized void beginClose(long untilNanos) {
        closing = true;
        closedAtNanos = untilNanos;
        notifyAll();
    }

    /** Waits until the thread has ended, and interrupts it at the time that {@link #beginClose} has set. */
    void join() throws InterruptedException {
        long left = closedAtNanos - System.nanoTime();
        if (!thread.join(Duration.ofNanos(Math.max(0, left)))) {
            thread.interrupt();
        }
        int lost;
        synchronized (this) {
            lost = waiting.size();
        }
        if (lost > 0) {
            failed.addAndGet(lost);
            warn("failed", lost + " notices were not sent before the agent stopped");
        }
    }
}
