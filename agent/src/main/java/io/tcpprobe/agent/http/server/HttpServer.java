package io.tcpprobe.agent.http.server;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.agent.threads.VitalThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server that accepts, reads and writes in one thread. A connection holds only what its client has sent so far. A client
 * that sends or receives too slowly is disconnected. If there are too many connections, those of the largest source that have
 * waited longest are closed for new ones. The handler bounds how many responses are streams: these stay open.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 1024;
    private static final int READ_BYTES = 16 * 1024;
    private static final long TICK_MILLIS = 100;
    private static final int ACCEPTS_IN_A_ROW = 64;
    private static final long ACCEPT_PAUSE_NANOS = Duration.ofMillis(200).toNanos();
    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long BYTES_PER_WRITE_TIME = 1_000_000;

    /** The fraction of connections that are closed at once, 1/64: finding the longest waiting ones needs a scan of all. */
    private static final int EVICTED_SHARE = 64;

    private final HttpLimits limits;
    private final HttpHandler handler;
    private final BoundedLog log;
    private final Selector selector;
    private final List<ServerSocketChannel> listening = new ArrayList<>();
    private final AtomicReference<@Nullable Reply> replies = new AtomicReference<>();
    private final Sources connections = new Sources();
    private final Set<HttpConnection> streaming = new LinkedHashSet<>();
    private final AtomicBoolean streamsReady = new AtomicBoolean();
    private final ByteBuffer space = ByteBuffer.allocateDirect(READ_BYTES);
    private @Nullable VitalThread thread;
    private final AtomicLong passes = new AtomicLong();
    private long heldBytes;
    private long expiredAt;
    private boolean acceptsPaused;
    private long acceptsAgainAt;
    private volatile boolean closed;

    /**
     * The response to a request, an entry in the list of responses to send. Created together with the request: when the response
     * is ready there may be no memory for it.
     */
    private final class Reply implements Step {
        private final HttpConnection connection;
        private final AtomicReference<@Nullable HttpResponse> response = new AtomicReference<>();
        private @Nullable Reply next;

        Reply(HttpConnection connection) {
            this.connection = connection;
        }

        @Override
        public void run(HttpConnection to) throws IOException, BadRequestException {
            HttpResponse ready = response.get();
            if (ready != null) {
                send(to, ready, false);
            }
        }

        void release() {
            HttpResponse unsent = response.get();
            if (unsent != null) {
                unsent.released().run();
            }
        }
    }

    /** An action on one connection. */
    @FunctionalInterface
    private interface Step {
        void run(HttpConnection connection) throws IOException, BadRequestException;
    }

    private HttpServer(HttpLimits limits, HttpHandler handler, BoundedLog log) throws IOException {
        this.limits = limits;
        this.handler = handler;
        this.log = log;
        this.selector = Selector.open();
    }

    /**
     * Creates a server that does not listen yet.
     *
     * @param log bounds what is logged about clients
     */
    public static HttpServer open(HttpLimits limits, HttpHandler handler, BoundedLog log) throws IOException {
        return new HttpServer(limits, handler, log);
    }

    /** Listens on an address; to be called before {@link #start}. */
    public void bind(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
        listening.add(channel);
    }

    /**
     * Starts serving.
     *
     * @param onGiveUp receives the cause when the server has failed for good; see {@link VitalThread}
     */
    public void start(Consumer<Throwable> onGiveUp) {
        expiredAt = System.nanoTime();
        thread = VitalThread.start("tcpprobe-http", this::pass, selector::wakeup, onGiveUp);
    }

    /** Returns the thread that serves the connections, which must make progress; empty if the server has not been started. */
    public Optional<VitalPart> vitalPart() {
        return thread == null ? Optional.empty() : Optional.of(new Loop());
    }

    /** The loop of the thread. It is woken up when it is observed, so it must pass even if there is nothing to do. */
    private final class Loop implements VitalPart {
        @Override
        public String name() {
            return "tcpprobe-http";
        }

        @Override
        public Observation observe() {
            long before = passes.get();
            selector.wakeup();
            return () -> closed || passes.get() != before;
        }
    }

    /** Returns the listening addresses, with the actual port instead of port 0. */
    public List<InetSocketAddress> addresses() {
        return listening.stream()
                .map(channel -> {
                    try {
                        return (InetSocketAddress) channel.getLocalAddress();
                    } catch (IOException closedMeanwhile) {
                        throw new IllegalStateException(closedMeanwhile);
                    }
                })
                .toList();
    }

    /** Waits for events and handles them. Waits without time limit while there are no connections. */
    private void pass() throws IOException {
        if (connections.size() > 0 || acceptsPaused) {
            selector.select(TICK_MILLIS);
        } else {
            selector.select();
        }
        passes.incrementAndGet();
        for (Reply reply = pollReply(); reply != null; reply = pollReply()) {
            answer(reply);
        }
        if (streamsReady.getAndSet(false)) {
            List.copyOf(streaming).forEach(connection -> guarded(connection, this::stream));
        }
        List<SelectionKey> accepting = new ArrayList<>(listening.size());
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof HttpConnection connection) {
                serve(connection, key);
            } else {
                accepting.add(key);
            }
        }
        selector.selectedKeys().clear();
        // Accept last: requests of existing connections are read before one of them is closed for a new one.
        for (SelectionKey key : accepting) {
            accept((ServerSocketChannel) key.channel());
        }
        long now = System.nanoTime();
        if (now - expiredAt >= Duration.ofMillis(TICK_MILLIS).toNanos()) {
            expiredAt = now;
            expire(now);
        }
    }

    private void accept(ServerSocketChannel channel) {
        for (int i = 0; i < ACCEPTS_IN_A_ROW; i++) {
            try {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                add(accepted);
            } catch (IOException failed) { // most likely no file descriptors are left
                warn(
                        "cannot accept connections",
                        "cannot accept connections (" + failed.getMessage() + "): raise the limit of open files"
                                + " (RLIMIT_NOFILE); accepting resumes when file descriptors are free");
                connections.longestWaiting(1).forEach(this::close);
                pauseAccepts();
                return;
            }
        }
    }

    private void add(SocketChannel accepted) throws IOException {
        HttpConnection connection;
        try {
            if (connections.size() >= limits.connections()) {
                warn(
                        "too many connections",
                        limits.connections()
                                + " connections at once: those that wait longest for their client are closed to accept new ones");
                connections
                        .longestWaiting(Math.max(1, limits.connections() / EVICTED_SHARE))
                        .forEach(this::close);
            }
            if (connections.size() >= limits.connections()) {
                accepted.close(); // the requests of all others are being processed
                return;
            }
            accepted.configureBlocking(false);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = accepted.register(selector, SelectionKey.OP_READ);
            connection = new HttpConnection(
                    accepted, key, (InetSocketAddress) accepted.getRemoteAddress(), (InetSocketAddress)
                            accepted.getLocalAddress());
            key.attach(connection);
        } catch (IOException gone) {
            accepted.close();
            return;
        } catch (RuntimeException | Error failed) {
            accepted.close();
            throw failed;
        }
        connection.enter(
                HttpConnection.Phase.READING,
                System.nanoTime(),
                limits.headTime().toNanos());
        connections.add(connection);
        serve(connection, null); // most clients have already sent their request
    }

    private void pauseAccepts() {
        acceptsPaused = true;
        acceptsAgainAt = System.nanoTime() + ACCEPT_PAUSE_NANOS;
        acceptInterest(0);
    }

    private void acceptInterest(int operations) {
        for (ServerSocketChannel channel : listening) {
            SelectionKey key = channel.keyFor(selector);
            if (key != null && key.isValid()) {
                key.interestOps(operations);
            }
        }
    }

    private void warn(String kind, String message) {
        log.warn(LOG, "http: " + kind, "", "http: " + message);
    }

    private void serve(HttpConnection connection, @Nullable SelectionKey key) {
        if (key == null || key.isValid()) {
            guarded(connection, this::advance);
        }
    }

    private void advance(HttpConnection connection) throws IOException, BadRequestException {
        switch (connection.phase()) {
            case READING -> read(connection);
            case WRITING -> write(connection);
            case STREAMING -> {
                if (connection.read(space) && !connection.ignoresTooMuch()) {
                    stream(connection);
                } else {
                    close(connection);
                }
            }
            case LINGERING -> {
                if (!connection.read(space)) {
                    close(connection);
                }
            }
            case WORKING -> {}
        }
    }

    /** Runs a step on a connection. A failure affects this connection only, and does not end the thread. */
    private void guarded(HttpConnection connection, Step step) {
        try {
            try {
                step.run(connection);
            } catch (BadRequestException bad) {
                refuse(connection, bad.status(), String.valueOf(bad.getMessage()));
            }
        } catch (IOException gone) {
            close(connection);
        } catch (RuntimeException failed) { // a failure that a client can cause must not end the thread
            close(connection);
            warn("serve a connection", "serve a connection: " + BoundedLog.brief(failed));
        } catch (OutOfMemoryError full) { // likewise: closing the connection frees its request or response
            close(connection);
            warn("serve a connection", "serve a connection: " + BoundedLog.brief(full));
        } catch (Error failed) {
            close(connection);
            throw failed;
        }
    }

    private void read(HttpConnection connection) throws IOException, BadRequestException {
        boolean begun = connection.begun();
        if (!connection.read(space)) {
            close(connection);
            return;
        }
        if (!begun && connection.begun()) {
            connection.limit(System.nanoTime(), limits.headTime().toNanos());
        }
        takeRequest(connection);
    }

    private void takeRequest(HttpConnection connection) throws IOException, BadRequestException {
        HttpRequest request = connection.next();
        hold(connection.newlyHeldBytes());
        if (request == null) {
            if (connection.beginsBody()) {
                connection.limit(System.nanoTime(), limits.bodyTime().toNanos());
            }
            enforceRequestBytes();
            return;
        }
        connection.enter(
                HttpConnection.Phase.WORKING, System.nanoTime(), 0); // must not be closed to make room for itself
        if (heldBytes > limits.requestBytes()) {
            enforceRequestBytes();
        }
        if (heldBytes > limits.requestBytes()) {
            throw new BadRequestException(503, "too many large requests at once; try again later");
        }
        Reply place = new Reply(connection);
        handler.handle(request, response -> reply(place, response));
    }

    private void hold(long bytes) {
        heldBytes += bytes;
    }

    /** Closes the largest unfinished requests while all requests together exceed the limit. */
    private void enforceRequestBytes() {
        while (heldBytes > limits.requestBytes()) {
            List<HttpConnection> largest = connections.largestHolding();
            if (largest.isEmpty()) {
                return;
            }
            warn(
                    "unfinished requests are too large",
                    "unfinished requests use " + limits.requestBytes() + " bytes: the largest are closed");
            largest.forEach(this::close);
        }
    }

    /** Queues a response. Called by any thread; allocates nothing. */
    private void reply(Reply place, HttpResponse response) {
        if (!place.response.compareAndSet(null, response)) {
            response.released().run(); // already answered
            return;
        }
        Reply first;
        do {
            first = replies.get();
            place.next = first;
        } while (!replies.compareAndSet(first, place));
        if (closed) {
            releaseReplies();
        } else {
            selector.wakeup();
        }
    }

    private @Nullable Reply pollReply() {
        Reply first;
        do {
            first = replies.get();
        } while (first != null && !replies.compareAndSet(first, first.next));
        return first;
    }

    private void answer(Reply reply) {
        if (reply.connection.phase() == HttpConnection.Phase.WORKING) {
            guarded(reply.connection, reply);
        } else {
            reply.release(); // the connection has been closed in the meantime
        }
    }

    private void refuse(HttpConnection connection, int status, String why) throws IOException {
        try {
            send(connection, handler.refuse(status, why), true);
        } catch (BadRequestException impossible) { // nothing is read after the last response
            throw new IOException(impossible);
        }
    }

    private void send(HttpConnection connection, HttpResponse response, boolean last)
            throws IOException, BadRequestException {
        if (connection.released()) { // closed in the meantime
            response.released().run();
            return;
        }
        connection.answer(response, last);
        hold(connection.newlyHeldBytes());
        long time = limits.writeTime().toNanos();
        connection.enter(
                HttpConnection.Phase.WRITING,
                System.nanoTime(),
                time + time * (response.length() / BYTES_PER_WRITE_TIME));
        write(connection);
    }

    private void write(HttpConnection connection) throws IOException, BadRequestException {
        if (!connection.write()) {
            return;
        }
        HttpStream messages = connection.stream();
        if (messages != null) {
            connection.beginStream(System.nanoTime());
            streaming.add(connection);
            messages.attach(this::wakeForStreams);
            stream(connection);
            return;
        }
        if (!connection.keepAlive()) {
            connection.finish();
            connection.enter(HttpConnection.Phase.LINGERING, System.nanoTime(), LINGER_NANOS);
            return;
        }
        Duration wait = connection.begun() ? limits.headTime() : limits.idleTime();
        connection.enter(HttpConnection.Phase.READING, System.nanoTime(), wait.toNanos());
        takeRequest(connection); // it may have been received already
    }

    /** Tells the server's thread that streams have messages. Called by any thread. */
    private void wakeForStreams() {
        streamsReady.set(true);
        selector.wakeup();
    }

    private void stream(HttpConnection connection) throws IOException {
        HttpStream messages = connection.stream();
        if (messages == null || connection.phase() != HttpConnection.Phase.STREAMING) {
            return; // closed in the meantime
        }
        if (messages.overflowed()) {
            warn("a client reads too slowly", "a client that reads a stream too slowly is disconnected");
            close(connection);
            return;
        }
        connection.writeStream(messages, System.nanoTime(), limits.writeTime().toNanos());
    }

    private void expire(long now) {
        if (acceptsPaused && now - acceptsAgainAt >= 0) {
            acceptsPaused = false;
            acceptInterest(SelectionKey.OP_ACCEPT);
        }
        List.copyOf(streaming).forEach(connection -> guarded(connection, this::stream));
        for (HttpConnection connection : connections.all()) {
            if (!connection.isOverdue(now)) {
                continue;
            }
            if (connection.phase() == HttpConnection.Phase.READING && connection.begun()) {
                guarded(connection, late -> refuse(late, 408, "the request did not arrive in time"));
            } else {
                guarded(connection, this::close);
            }
        }
    }

    private void close(HttpConnection connection) {
        connections.remove(connection);
        streaming.remove(connection);
        hold(-connection.releaseHeld());
        connection.enter(HttpConnection.Phase.LINGERING, System.nanoTime(), 0); // no further reply is accepted
        connection.close();
    }

    private void releaseReplies() {
        for (Reply reply = pollReply(); reply != null; reply = pollReply()) {
            reply.release();
        }
    }

    /** Returns the number of connections; for tests. */
    int connections() {
        return connections.size();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (thread != null) {
            thread.close();
        }
        for (ServerSocketChannel channel : listening) {
            try {
                channel.close();
            } catch (IOException failed) {
                LOG.debug("close", failed);
            }
        }
        try {
            for (SelectionKey key : List.copyOf(selector.keys())) {
                if (key.attachment() instanceof HttpConnection connection) {
                    connection.close();
                }
            }
            selector.close();
        } catch (IOException failed) {
            LOG.debug("close", failed);
        }
        releaseReplies();
    }
}
