package io.tcpprobe.agent.http;

import io.tcpprobe.agent.http.server.HttpLimits;
import java.time.Duration;

/**
 * How much of the JVM the HTTP connector may use, whatever clients do. All bytes together are at most a quarter of the heap
 * inside an application, and three eighths in a JVM of the agent's own.
 *
 * @param limits of connections and of the bytes read from them
 * @param answerBytes maximum bytes of all answers that are being written or sent
 * @param workBytes maximum heap bytes of one answer while it is built
 * @param smallAtOnce maximum requests processed at once
 * @param waiting maximum requests that wait for that
 * @param largeAtOnce maximum requests with possibly large answers processed at once
 * @param largeWaiting maximum requests that wait for that
 * @param passphrasesAtOnce maximum passphrases checked at once; further ones are refused with 503
 * @param readers maximum readers of events
 * @param maxWait a request that has waited longer is answered with 503
 */
public record HttpShare(
        HttpLimits limits,
        long answerBytes,
        long workBytes,
        int smallAtOnce,
        int waiting,
        int largeAtOnce,
        int largeWaiting,
        int passphrasesAtOnce,
        int readers,
        Duration maxWait) {
    private static final int ANSWERS = 16;
    private static final int WORK = 8;
    private static final int CONNECTIONS_PER_READER = 4;

    /** So many that 50 pages that are opened at one address at the same time are served. */
    private static final int LARGE_WAITING = 80;

    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    /**
     * Returns the share of a heap of this size.
     *
     * @param heapBytes the maximum size of the heap
     * @param ownJvm true if the JVM is the agent's own
     */
    public static HttpShare of(long heapBytes, boolean ownJvm) {
        HttpLimits limits = HttpLimits.of(heapBytes);
        return new HttpShare(
                limits,
                heapBytes / ANSWERS,
                heapBytes / WORK,
                ownJvm ? 8 : 2,
                limits.connections() / 2,
                ownJvm ? 2 : 1,
                ownJvm ? LARGE_WAITING : 4,
                ownJvm ? 4 : 1,
                Math.min(limits.connections() / CONNECTIONS_PER_READER, ownJvm ? 64 : 16),
                MAX_WAIT);
    }
}
