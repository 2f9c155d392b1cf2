package io.tcpprobe.agent.http.server;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The content of a response that continues until one side closes the connection. Any thread sends messages; the server's thread writes
 * them when the client can receive them. The messages that wait are bounded: a client that is too slow is disconnected, and delays nobody.
 * Thread-safe.
 */
public final class HttpStream {
    private final long maxBytes;
    private final ByteBuffer heartbeat;
    private final Duration heartbeatTime;
    private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean overflowed;
    private Runnable wake = () -> {};

    /**
     * Creates a stream without messages.
     *
     * @param maxBytes maximum bytes of the messages that wait
     * @param heartbeat sent when nothing else was sent for a while, so that neither side takes the connection for dead
     * @param heartbeatTime this while
     */
    public HttpStream(long maxBytes, ByteBuffer heartbeat, Duration heartbeatTime) {
        this.maxBytes = maxBytes;
        this.heartbeat = heartbeat;
        this.heartbeatTime = heartbeatTime;
    }

    /**
     * Sends a message after those sent before; never blocks. The buffer is not changed, and may be shared by many streams.
     *
     * @return false if the client is too slow: the message does not fit, and the server closes the connection
     */
    public boolean send(ByteBuffer message) {
        Runnable toWake;
        synchronized (this) {
            if (!overflowed && waitingBytes + message.remaining() <= maxBytes) {
                waiting.add(message);
                waitingBytes += message.remaining();
            } else {
                overflowed = true;
                waiting.clear();
            }
            toWake = wake;
        }
        toWake.run();
        return !overflowed();
    }

    /** Sets what tells the server that there are messages. Those sent before are waiting. */
    synchronized void attach(Runnable waker) {
        wake = waker;
    }

    /** Returns true if messages were dropped because the client is too slow. */
    synchronized boolean overflowed() {
        return overflowed;
    }

    /** Returns the next message to write, and removes it; null if there is none. */
    synchronized @Nullable ByteBuffer poll() {
        ByteBuffer next = waiting.poll();
        if (next != null) {
            waitingBytes -= next.remaining();
        }
        return next;
    }

    ByteBuffer heartbeat() {
        return heartbeat;
    }

    long heartbeatNanos() {
        return heartbeatTime.toNanos();
    }
}
