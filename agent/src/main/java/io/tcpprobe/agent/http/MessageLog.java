package io.tcpprobe.agent.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes and numbers the messages of server-sent events (WHATWG HTML, section 9.2), and keeps the last ones for readers that resume. The
 * ids are those of one run of the agent: {@code RUN-NUMBER}, numbers from 1. Not thread-safe.
 */
final class MessageLog {
    private static final Pattern ID = Pattern.compile("([0-9a-f]+)-(\\d{1,18})");

    private final String run;
    private final int maxBytes;
    private final Deque<ByteBuffer> kept = new ArrayDeque<>();
    private long keptBytes;
    private long last;

    /**
     * Creates an empty log.
     *
     * @param run distinguishes this run of the agent from all others; hexadecimal digits in lower case
     * @param maxBytes maximum bytes of the messages that are kept
     */
    MessageLog(String run, int maxBytes) {
        this.run = run;
        this.maxBytes = maxBytes;
    }

    /**
     * Returns a message without an id: a reader's last id stays what it was.
     *
     * @param kind its type, the field {@code event}
     * @param data its content, one line
     */
    static ByteBuffer message(String kind, String data) {
        return bytes("event: " + kind + "\ndata: " + data + "\n\n");
    }

    /** Returns the text as it is sent; all readers share the bytes. */
    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }

    /** Gives a message the next number and keeps it; returns it. The oldest messages are dropped if there are too many bytes. */
    ByteBuffer append(String kind, String data) {
        last++;
        ByteBuffer message = bytes("id: " + id() + "\nevent: " + kind + "\ndata: " + data + "\n\n");
        kept.add(message);
        keptBytes += message.remaining();
        while (keptBytes > maxBytes) {
            keptBytes -= kept.remove().remaining();
        }
        return message;
    }

    private String id() {
        return run + "-" + last;
    }

    /** Returns what sets a reader's last id to the last message, without being a message (an id and no data). */
    ByteBuffer position() {
        return bytes("id: " + id() + "\n\n");
    }

    /** Returns the messages after the one with this id; empty if it is none of this run, or if not all of them are kept. */
    Optional<List<ByteBuffer>> after(String id) {
        Matcher match = ID.matcher(id);
        if (!match.matches() || !match.group(1).equals(run)) {
            return Optional.empty();
        }
        long missed = last - Long.parseLong(match.group(2));
        if (missed < 0 || missed > kept.size()) {
            return Optional.empty();
        }
        List<ByteBuffer> all = new ArrayList<>(kept);
        return Optional.of(all.subList(all.size() - (int) missed, all.size()));
    }
}
