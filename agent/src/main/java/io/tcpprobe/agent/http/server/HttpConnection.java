package io.tcpprobe.agent.http.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One client's connection. Used by the server's thread only. */
final class HttpConnection {
    /** What the connection waits for. */
    enum Phase {
        /** A request, or the rest of one. */
        READING,
        /** The response, which another thread produces. */
        WORKING,
        /** The client to receive the response. */
        WRITING,
        /** Messages to write, or the client to receive them: the response is a stream. */
        STREAMING,
        /** The client to close its side after the last response. */
        LINGERING
    }

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    /** Maximum bytes per write, so that a client that receives fast does not delay the others. */
    private static final int WRITE_BYTES = 256 * 1024;

    /** Bytes that the kernel may hold for a client that does not read its stream; it doubles them. */
    private static final int STREAM_BUFFER_BYTES = 32 * 1024;

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    private final SelectionKey key;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final RequestReader reader = new RequestReader();
    private Phase phase = Phase.READING;
    private long since;
    private long deadline;
    private boolean bodyAwaited;
    private boolean continued;
    private boolean keepAlive;
    private boolean head; // method HEAD
    private @Nullable Runnable unreleased;
    private @Nullable HttpStream stream;
    private int ignoredBytes; // received while streaming
    private final Deque<ByteBuffer> pending = new ArrayDeque<>(2);
    private int heldBytes;
    private boolean released;
    private int bodyBytes;

    HttpConnection(SocketChannel channel, SelectionKey key, InetSocketAddress remote, InetSocketAddress local) {
        this.channel = channel;
        this.key = key;
        this.remote = remote;
        this.local = local;
    }

    Phase phase() {
        return phase;
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** Returns when the phase began, by the monotonic clock, in nanoseconds. */
    long since() {
        return since;
    }

    boolean isOverdue(long now) {
        return switch (phase) {
            case WORKING -> false;
            case STREAMING -> !pending.isEmpty() && now - deadline > 0;
            case READING, WRITING, LINGERING -> now - deadline > 0;
        };
    }

    /** Enters a phase that may last this long. */
    void enter(Phase next, long now, long nanos) {
        phase = next;
        since = now;
        deadline = now + nanos;
        if (key.isValid()) {
            key.interestOps(
                    switch (next) {
                        case READING, STREAMING, LINGERING -> SelectionKey.OP_READ;
                        case WORKING -> 0;
                        case WRITING -> SelectionKey.OP_WRITE;
                    });
        }
    }

    /** Limits the remaining time of the phase. */
    void limit(long now, long nanos) {
        deadline = now + nanos;
    }

    /**
     * Reads the available bytes, once.
     *
     * @param space the buffer to read into
     * @return false if the client has closed its side
     */
    boolean read(ByteBuffer space) throws IOException, BadRequestException {
        space.clear();
        int bytes = channel.read(space);
        space.flip();
        if (phase == Phase.READING && bytes > 0) {
            reader.add(space);
        } else if (phase == Phase.STREAMING && bytes > 0) {
            ignoredBytes += bytes;
        }
        return bytes >= 0;
    }

    /** Returns the next request; null if it is incomplete. */
    @Nullable
    HttpRequest next() throws BadRequestException, IOException {
        HttpRequest request = reader.next(remote, local);
        if (request != null) {
            keepAlive = request.keepAlive();
            head = request.method().equals("HEAD");
            bodyBytes = request.body().length;
            bodyAwaited = false;
            continued = false;
        } else if (reader.awaitsContinue() && !continued) {
            continued = true;
            channel.write(ByteBuffer.wrap(CONTINUE)); // fits: nothing else is being sent
        }
        return request;
    }

    /** Returns true once per request: when its head has been received and its content has not. */
    boolean beginsBody() {
        boolean begins = reader.inBody() && !bodyAwaited;
        bodyAwaited |= begins;
        return begins;
    }

    boolean begun() {
        return reader.begun();
    }

    /** Returns by how many bytes its memory has grown since the last call; 0 after {@link #releaseHeld}. */
    int newlyHeldBytes() {
        if (released) {
            return 0;
        }
        int more = reader.heldBytes() + bodyBytes - heldBytes;
        heldBytes += more;
        return more;
    }

    int heldBytes() {
        return heldBytes;
    }

    /** Returns the bytes that it holds, once: from now on it holds none. */
    int releaseHeld() {
        int held = heldBytes;
        heldBytes = 0;
        released = true;
        return held;
    }

    /** Returns true if {@link #releaseHeld} was called: the connection is closed. */
    boolean released() {
        return released;
    }

    /** Accepts the response; nothing more is read from the connection if it is the last one. */
    void answer(HttpResponse answer, boolean last) {
        keepAlive &= !last && answer.stream() == null;
        bodyBytes = 0;
        unreleased = answer.released();
        stream = head ? null : answer.stream();
        if (!keepAlive) {
            reader.clear();
        }
        pending.add(ByteBuffer.wrap(headOf(answer).getBytes(StandardCharsets.ISO_8859_1)));
        if (!head) {
            answer.body().forEach(part -> pending.add(part.duplicate()));
        }
    }

    private String headOf(HttpResponse answer) {
        StringBuilder text = new StringBuilder("HTTP/1.1 ")
                .append(answer.status())
                .append(' ')
                .append(reason(answer.status()))
                .append("\r\nDate: ")
                .append(DATE.format(ZonedDateTime.now(ZoneOffset.UTC)))
                .append("\r\n");
        answer.headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        boolean empty = answer.status() == 204 || answer.status() == 304; // RFC 9110: they have no content
        if (!empty && answer.stream() == null) { // a stream ends with its connection
            text.append("Content-Length: ").append(answer.length()).append("\r\n");
        }
        return text.append(keepAlive ? "Connection: keep-alive" : "Connection: close")
                .append("\r\n\r\n")
                .toString();
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 417 -> "Expectation Failed";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> ""; // RFC 9112: may be empty
        };
    }

    /** Writes as much as the client accepts; returns true if the response is complete. */
    boolean write() throws IOException {
        int written = 0;
        for (ByteBuffer part = pending.peek(); part != null; part = pending.peek()) {
            written += channel.write(part);
            if (part.hasRemaining() || written > WRITE_BYTES) {
                return false;
            }
            pending.remove();
        }
        if (stream == null) {
            release();
        }
        return true;
    }

    /** Returns the stream that follows the response; null if none does. */
    @Nullable
    HttpStream stream() {
        return stream;
    }

    /** Enters the phase {@link Phase#STREAMING}. The kernel buffers little for a client that does not read. */
    void beginStream(long now) throws IOException {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, STREAM_BUFFER_BYTES);
        enter(Phase.STREAMING, now, 0);
    }

    /** Returns true if the client sends more after a request that is answered by a stream than it may. */
    boolean ignoresTooMuch() {
        return ignoredBytes > HttpLimits.HEAD_BYTES;
    }

    /**
     * Writes as many messages as there are and the client accepts, or a heartbeat if nothing was written for long enough.
     *
     * @param messages the stream of this connection
     * @param nanos how long the client may take to receive one message
     */
    void writeStream(HttpStream messages, long now, long nanos) throws IOException {
        int written = 0;
        for (ByteBuffer part = next(messages, now, nanos);
                part != null && written <= WRITE_BYTES;
                part = next(messages, now, nanos)) {
            written += channel.write(part);
            since = now;
            if (part.hasRemaining()) {
                break;
            }
            pending.remove();
        }
        key.interestOps(pending.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /** Returns what is being written, or the next message, or a heartbeat if it is due; null if there is nothing to write. */
    private @Nullable ByteBuffer next(HttpStream messages, long now, long nanos) {
        if (pending.isEmpty()) {
            ByteBuffer message = messages.poll();
            if (message == null && now - since >= messages.heartbeatNanos()) {
                message = messages.heartbeat();
            }
            if (message == null) {
                return null;
            }
            pending.add(message.duplicate());
            deadline = now + nanos;
        }
        return pending.peek();
    }

    boolean keepAlive() {
        return keepAlive;
    }

    /**
     * Shuts down the output. Further bytes from the client must be read and dropped for a while: otherwise the kernel resets the
     * connection, and the client may not receive the response.
     */
    void finish() throws IOException {
        channel.shutdownOutput();
    }

    private void release() {
        pending.clear();
        Runnable sent = unreleased;
        unreleased = null;
        if (sent != null) {
            sent.run();
        }
    }

    void close() {
        try {
            release();
        } finally {
            key.cancel();
            closeChannel();
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException _) {
            // it is closed anyway
        }
    }
}
