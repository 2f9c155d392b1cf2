package io.tcpprobe.agent.http.server;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects the bytes of a connection's next request, in pieces of any size. */
final class RequestReader {
    private static final byte[] NOTHING = {};
    private static final int FIRST_BYTES = 512;
    private static final int MAX_EMPTY_LINES = 4;

    /** A head, content, and as much again for the sizes of chunks. */
    private static final int MAX_BYTES = HttpLimits.HEAD_BYTES + 2 * HttpLimits.BODY_BYTES;

    private byte[] buffer = NOTHING;
    private int length;
    private int scanned;
    private int bodyAt;
    private int emptyLines;
    private @Nullable RequestHead head;
    private @Nullable ChunkedBody chunks;

    /** Adds received bytes; refuses more than a request can have. */
    void add(ByteBuffer received) throws BadRequestException {
        int bytes = received.remaining();
        if (bytes > MAX_BYTES - length) {
            throw RequestHead.tooLarge();
        }
        if (length + bytes > buffer.length) {
            int larger = Math.max(FIRST_BYTES, Math.max(2 * buffer.length, length + bytes));
            buffer = Arrays.copyOf(buffer, Math.min(MAX_BYTES, larger));
        }
        received.get(buffer, length, bytes);
        length += bytes;
    }

    /**
     * Returns the request; null if it is incomplete.
     *
     * @throws BadRequestException if the bytes cannot become a request
     */
    @Nullable
    HttpRequest next(InetSocketAddress remote, InetSocketAddress local) throws BadRequestException {
        RequestHead known = head;
        if (known == null) {
            known = readHead();
            if (known == null) {
                return null;
            }
            head = known;
            chunks = known.chunked() ? new ChunkedBody(bodyAt) : null;
        }
        byte[] body;
        ChunkedBody pending = chunks;
        if (pending != null) {
            if (!pending.read(buffer, length)) {
                return null;
            }
            body = pending.content();
            forget(pending.end());
        } else {
            if (length - bodyAt < known.length()) {
                return null;
            }
            body = Arrays.copyOfRange(buffer, bodyAt, bodyAt + known.length());
            forget(bodyAt + known.length());
        }
        return new HttpRequest(
                known.method(),
                known.target().path(),
                known.target().query(),
                known.headers(),
                known.keepAlive(),
                body,
                remote,
                local);
    }

    private @Nullable RequestHead readHead() throws BadRequestException {
        for (; scanned < length; scanned++) {
            if (scanned >= HttpLimits.HEAD_BYTES) {
                throw new BadRequestException(
                        431, "the header fields are too large; send " + HttpLimits.HEAD_BYTES + " bytes or less");
            }
            if (buffer[scanned] != '\n') {
                continue;
            }
            if (scanned == 0 || buffer[scanned - 1] != '\r') {
                throw new BadRequestException(400, "a line does not end with CR LF");
            }
            if (scanned == 1) { // an empty line before a request is ignored (RFC 9112, 2.2)
                if (++emptyLines > MAX_EMPTY_LINES) {
                    throw new BadRequestException(400, "empty lines are not a request");
                }
                forget(2);
                return readHead();
            }
            if (scanned >= 3 && buffer[scanned - 2] == '\n') {
                String text = new String(buffer, 0, scanned - 3, StandardCharsets.ISO_8859_1);
                bodyAt = ++scanned;
                emptyLines = 0;
                return RequestHead.parse(text);
            }
        }
        return null;
    }

    /** Drops the bytes before a position; those after it belong to the next request. */
    private void forget(int end) {
        buffer = end == length ? NOTHING : Arrays.copyOfRange(buffer, end, length);
        length -= end;
        scanned = 0;
        bodyAt = 0;
        head = null;
        chunks = null;
    }

    /** Drops everything: no further request is read. */
    void clear() {
        forget(length);
        emptyLines = 0;
    }

    /** Returns true if the head has been received and the content has not. */
    boolean inBody() {
        return head != null;
    }

    /** Returns true if the client waits for a 100 (Continue), and has sent nothing of the content. */
    boolean awaitsContinue() {
        RequestHead known = head;
        return known != null && known.expectsContinue() && length == bodyAt;
    }

    /** Returns true if a part of a request has been received. */
    boolean begun() {
        return length > 0;
    }

    /** Returns the bytes of memory that it holds. */
    int heldBytes() {
        return chunks == null ? buffer.length : 2 * buffer.length;
    }
}
