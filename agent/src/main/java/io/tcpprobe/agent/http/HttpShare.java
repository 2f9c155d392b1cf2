package io.tcpprobe.agent.http;

import io.tcpprobe.agent.http.server.HttpLimits;
import java.time.Duration;

/**
 * How much of the JVM the HTTP connector may use, whatever clients do. All bytes together are at most a quarter of the heap inside
 * an application, and three eighths in a JVM of the agent's own.
 *
 * @param limits of connections and of what has been read from them
 * @param answerBytes of all answers that are being written or sent
 * @param workBytes of one answer while it is made
 * @param smallAtOnce how many requests are worked on at once
 * @param waiting how many more wait for that
 * @param largeAtOnce how many requests at once whose answers may be large
 * @param largeWaiting how many more of these wait
 * @param passphrasesAtOnce how many passphrases are checked at once; more are refused with 503
 * @param longestWait after which a request that has not been begun is answered with 503
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
        Duration longestWait) {
    private static final int ANSWERS = 16;
    private static final int WORK = 8;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /**
     * The share of a heap of this size.
     *
     * @param heapBytes the greatest size of the heap
     * @param ownJvm whether the JVM is the agent's own
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
                ownJvm ? 8 : 4,
                ownJvm ? 4 : 1,
                LONGEST_WAIT);
    }
}
