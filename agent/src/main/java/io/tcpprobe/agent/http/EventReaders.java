package io.tcpprobe.agent.http;

import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventJson;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.events.Events;
import io.tcpprobe.agent.http.server.HttpStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The readers of {@code /events}: each gets the active events, and then a message when an event is raised or cleared, as server-sent
 * events (WHATWG HTML, section 9.2). A reader that comes back with the id of the last message it has got receives those that it missed; if
 * they are not kept, a message {@code reset} and the active events. There is one copy of a message, whatever the number of readers. No
 * reader delays another, nor the events. Thread-safe.
 */
final class EventReaders implements EventListener, AutoCloseable {
    static final String TYPE = "text/event-stream";

    /** The time after which a heartbeat is sent to a reader that got nothing else. Proxies close what is silent for a minute. */
    static final Duration HEARTBEAT_TIME = Duration.ofSeconds(15);

    private static final String ACTIVE = "active";
    private static final int RUN_BYTES = 6;
    private static final ByteBuffer HEARTBEAT = MessageLog.bytes(":\n\n");
    private static final ByteBuffer RETRY = MessageLog.bytes("retry: 3000\n\n");
    private static final ByteBuffer RESET =
            MessageLog.message("reset", "{\"reason\":\"the messages after the last id are not kept\"}");

    /** Nginx does not buffer a response with this header. */
    private static final Map<String, String> HEADERS = Map.of("X-Accel-Buffering", "no");

    private final Events events;
    private final Limits limits;
    private final Places places;
    private final MessageLog log;
    private final NavigableMap<Long, ByteBuffer> active = new TreeMap<>();
    private final Set<HttpStream> readers = new LinkedHashSet<>();

    /**
     * The limits.
     *
     * @param readers maximum number of readers, of which one client gets at most three quarters
     * @param keptBytes maximum bytes of the messages that are kept for readers that resume
     * @param waitingBytes maximum bytes that wait for one reader; one that is slower is disconnected
     */
    record Limits(int readers, int keptBytes, int waitingBytes) {
        private static final int BYTES =
                512 * 1024; // as many messages as when every rule raises all the events that it may

        static Limits of(int readers) {
            return new Limits(readers, BYTES, BYTES);
        }
    }

    /** Creates it without readers, as a sink of the events until it is closed. */
    EventReaders(Events events, Limits limits) {
        this.events = events;
        this.limits = limits;
        this.places = new Places(limits.readers);
        byte[] run = new byte[RUN_BYTES];
        new SecureRandom().nextBytes(run);
        this.log = new MessageLog(HexFormat.of().formatHex(run), limits.keptBytes);
        events.addListener(this);
        addActive();
    }

    private synchronized void addActive() {
        events.state().active().forEach(event -> active.putIfAbsent(event.id(), activeMessage(event)));
    }

    private static ByteBuffer activeMessage(Event event) {
        return MessageLog.message(ACTIVE, EventJson.line(event));
    }

    @Override
    public synchronized void happened(Change change, Event event) {
        switch (change) {
            case RAISED -> {
                if (active.putIfAbsent(event.id(), activeMessage(event)) == null) {
                    publish("raised", EventJson.line(event));
                }
            }
            case CLEARED -> {
                active.remove(event.id());
                publish("cleared", EventJson.line(event));
            }
        }
    }

    /** Sends a message to all readers; in the order of the calls, so a lock is held, but sending does not block. */
    private void publish(String kind, String data) {
        ByteBuffer message = log.append(kind, data);
        readers.removeIf(reader -> !reader.send(message));
    }

    /**
     * Returns the answer to a new reader: a stream of messages, or 503 if there are too many.
     *
     * @param client see {@link io.tcpprobe.agent.http.server.HttpRequest#client}
     * @param lastId the id of the last message that it has got; empty if it has none
     */
    Answer join(Object client, Optional<String> lastId) {
        if (!places.take(client)) {
            return Answer.jsonError(
                            503,
                            "too many readers of /events; at most " + limits.readers
                                    + ", three quarters of them from one address")
                    .with("Retry-After", "10");
        }
        HttpStream reader = stream();
        boolean joined = false;
        try {
            Answer answer = new Answer(200, TYPE, begin(reader, lastId), HEADERS, () -> leave(reader, client), reader);
            joined = true;
            return answer;
        } finally {
            if (!joined) {
                leave(reader, client);
            }
        }
    }

    /** Returns the answer to a HEAD: as for a reader, without messages. */
    Answer head() {
        return new Answer(200, TYPE, List.of(), HEADERS, () -> {}, stream());
    }

    private HttpStream stream() {
        return new HttpStream(limits.waitingBytes, HEARTBEAT, HEARTBEAT_TIME);
    }

    /** Adds a reader; returns what it gets first. All later messages are sent to it. */
    private synchronized List<ByteBuffer> begin(HttpStream reader, Optional<String> lastId) {
        List<ByteBuffer> first = new ArrayList<>();
        first.add(RETRY);
        Optional<List<ByteBuffer>> missed = lastId.flatMap(log::after);
        if (missed.isPresent()) {
            first.addAll(missed.get());
        } else {
            lastId.ifPresent(_ -> first.add(RESET));
            first.addAll(active.values());
            first.add(
                    log.position()); // not before the last one: a reader that is cut off here must not resume after it
        }
        readers.add(reader);
        return first;
    }

    private void leave(HttpStream reader, Object client) {
        synchronized (this) {
            readers.remove(reader);
        }
        places.release(client);
    }

    @Override
    public void close() {
        events.removeListener(this);
    }
}
