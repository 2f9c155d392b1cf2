package io.tcpprobe.it.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Variable bindings per second that an agent returns: a client that does next to nothing sends GETBULKs over UDP on loopback, one at a
 * time, and walks the objects below an object id repeatedly.
 *
 * <pre>
 *   SnmpWalkBench PORT OBJECT_ID REPETITIONS [SECONDS]
 * </pre>
 *
 * <p>The first three seconds warm up; then each second is measured separately.
 */
public final class SnmpWalkBench {
    private static final int WARM_UP = 3;

    private SnmpWalkBench() {}

    /** Runs the benchmark; prints the median, the minimum and the maximum of the seconds. */
    public static void main(String[] arguments) throws IOException {
        int seconds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 10;
        int repetitions = Integer.parseInt(arguments[2]);
        double[] rates = new double[seconds];
        try (RawSnmp client = new RawSnmp(Integer.parseInt(arguments[0]))) {
            EndlessWalk walk = new EndlessWalk(client, RawSnmp.objectId(arguments[1]), repetitions);
            for (int i = -WARM_UP; i < seconds; i++) {
                long begin = System.nanoTime();
                long bindings = 0;
                while (System.nanoTime() - begin < 1_000_000_000L) {
                    bindings += walk.step();
                }
                if (i >= 0) {
                    rates[i] = bindings * 1e9 / (System.nanoTime() - begin);
                }
            }
            Arrays.sort(rates);
            System.out.printf(
                    Locale.ROOT,
                    "repetitions %d: %.0f bindings/s (%.0f to %.0f), %d bytes per response, %d walks%n",
                    repetitions,
                    rates[seconds / 2],
                    rates[0],
                    rates[seconds - 1],
                    walk.max(),
                    walk.walks());
        }
    }
}
