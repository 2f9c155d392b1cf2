package io.tcpprobe.agent.http.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Limits on what clients can make the server hold, and for how long.
 *
 * @param connections maximum open connections; beyond, the one that has waited longest for its client is closed
 * @param requestBytes maximum bytes of all requests that have been read in part or wait to be answered
 * @param headTime from the connection, or the first byte of a later request, to the end of the head
 * @param bodyTime from there to the end of the body
 * @param idleTime from a response to the next request
 * @param writeTime to send a response, and as long again for each megabyte
 */
public record HttpLimits(
        int connections,
        long requestBytes,
        Duration headTime,
        Duration bodyTime,
        Duration idleTime,
        Duration writeTime) {

    /** Maximum bytes of a request line and its fields. */
    public static final int HEAD_BYTES = 16 * 1024;

    /** Maximum bytes of a request's content. */
    public static final int BODY_BYTES = 64 * 1024;

    private static final Path PROCESS_LIMITS = Path.of("/proc/self/limits");
    private static final Duration READ_TIME = Duration.ofSeconds(5);
    private static final int MAX_CONNECTIONS = 2048;
    private static final int MIN_CONNECTIONS = 16;
    private static final int BYTES_PER_CONNECTION = 4096;

    /** File descriptors per connection, so that enough are left for the sources and for an application. */
    private static final int DESCRIPTORS_PER_CONNECTION = 4;

    /** The fraction of the heap for connections, and again for the bytes read from them: 1/64. */
    private static final int HEAP_SHARE = 64;

    /**
     * Returns limits that fit this process: connections use at most a quarter of its file descriptors (RLIMIT_NOFILE) and a 64th
     * of the heap, the bytes read from them another 64th.
     *
     * @param heapBytes the maximum size of the heap
     */
    public static HttpLimits of(long heapBytes) {
        long connections =
                Math.min(openFiles() / DESCRIPTORS_PER_CONNECTION, heapBytes / HEAP_SHARE / BYTES_PER_CONNECTION);
        return new HttpLimits(
                Math.clamp(connections, MIN_CONNECTIONS, MAX_CONNECTIONS),
                Math.max(heapBytes / HEAP_SHARE, 4L * (HEAD_BYTES + BODY_BYTES)),
                READ_TIME,
                READ_TIME,
                Duration.ofSeconds(40), // longer than the JDK's client keeps an idle connection
                Duration.ofSeconds(10));
    }

    /** Returns the soft RLIMIT_NOFILE of this process; a common value if it cannot be read. */
    private static long openFiles() {
        try (Stream<String> lines = Files.lines(PROCESS_LIMITS)) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line ->
                            line.substring("Max open files".length()).strip().split("\\s+", 2)[0])
                    .mapToLong(soft -> soft.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(soft))
                    .findFirst()
                    .orElse(1024);
        } catch (IOException | NumberFormatException _) {
            return 1024;
        }
    }
}
