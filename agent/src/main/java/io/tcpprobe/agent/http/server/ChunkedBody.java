package io.tcpprobe.agent.http.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads chunked content (RFC 9112, section 7.1) incrementally. Ignores extensions and trailers. */
final class ChunkedBody {
    private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]{1,7})[ \\t]*(?:;[^\\x00-\\x1f\\x7f]*)?");
    private static final int MAX_LINE = 256;
    private static final int MAX_TRAILERS = 20;

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private int position;
    private int scanned;
    private int trailers = -1; // not reached yet

    /** Creates content that begins at a position of the buffer. */
    ChunkedBody(int position) {
        this.position = position;
        this.scanned = position;
    }

    /**
     * Continues reading.
     *
     * @param buffer all bytes received
     * @param length their number
     * @return true if the content is complete
     */
    boolean read(byte[] buffer, int length) throws BadRequestException {
        while (true) {
            int end = endOfLine(buffer, length);
            if (end < 0) {
                return false;
            }
            if (trailers >= 0) {
                boolean empty = end == position;
                next(end + 2);
                if (empty) {
                    return true;
                }
                if (++trailers > MAX_TRAILERS) {
                    throw new BadRequestException(431, "too many trailers");
                }
            } else if (!chunk(buffer, length, end)) {
                return false;
            }
        }
    }

    /** Reads the chunk whose size line ends here; returns false if it is incomplete. */
    private boolean chunk(byte[] buffer, int length, int end) throws BadRequestException {
        Matcher line = SIZE.matcher(new String(buffer, position, end - position, StandardCharsets.ISO_8859_1));
        if (!line.matches()) {
            throw new BadRequestException(400, "a chunk has no size");
        }
        int size = Integer.parseInt(line.group(1), 16);
        if (size > HttpLimits.BODY_BYTES - content.size()) {
            throw RequestHead.tooLarge();
        }
        if (size == 0) {
            trailers = 0;
            next(end + 2);
            return true;
        }
        int data = end + 2;
        if (length < data + size + 2) {
            return false;
        }
        if (buffer[data + size] != '\r' || buffer[data + size + 1] != '\n') {
            throw new BadRequestException(400, "a chunk is longer than its size");
        }
        content.write(buffer, data, size);
        next(data + size + 2);
        return true;
    }

    private void next(int start) {
        position = start;
        scanned = start;
    }

    /** Returns the position of the line's CR LF, or -1. Bytes that have been scanned are not scanned again. */
    private int endOfLine(byte[] buffer, int length) throws BadRequestException {
        for (; scanned < length; scanned++) {
            if (buffer[scanned] == '\n') {
                if (scanned == position || buffer[scanned - 1] != '\r') {
                    throw new BadRequestException(400, "a line does not end with CR LF");
                }
                return scanned - 1;
            }
            if (scanned - position > MAX_LINE) {
                throw new BadRequestException(400, "a chunk has no size");
            }
        }
        return -1;
    }

    /** Returns the position where the next request begins. */
    int end() {
        return position;
    }

    byte[] content() {
        return content.toByteArray();
    }
}
