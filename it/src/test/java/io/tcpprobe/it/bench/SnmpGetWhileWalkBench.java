package io.tcpprobe.it.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Response times of a GET of tcpCurrEstab.0 with and without another client that walks the agent: alternating, over UDP on loopback.
 *
 * <pre>
 *   SnmpGetWhileWalkBench PORT OBJECT_ID REPETITIONS [ROUNDS]
 * </pre>
 *
 * <p>A round is 2,000 GETs without and 2,000 with a walk of the objects below the object id, which begins again when it ends. The first two
 * rounds warm up and do not count.
 */
public final class SnmpGetWhileWalkBench {
    private static final int REQUESTS = 2_000;
    private static final int WARM_UP = 2;

    private volatile boolean walking;
    private final byte[] root;
    private final int port;
    private final int repetitions;

    private SnmpGetWhileWalkBench(int port, String root, int repetitions) {
        this.port = port;
        this.root = RawSnmp.objectId(root);
        this.repetitions = repetitions;
    }

    /** Runs the benchmark; prints the medians over the rounds of p50, p99 and the maximum, and the ratios. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 15;
        var bench =
                new SnmpGetWhileWalkBench(Integer.parseInt(arguments[0]), arguments[1], Integer.parseInt(arguments[2]));
        double[][] idle = new double[3][rounds];
        double[][] busy = new double[3][rounds];
        try (ExecutorService walker = Executors.newSingleThreadExecutor()) {
            for (int round = -WARM_UP; round < rounds; round++) {
                double[] without = bench.gets();
                bench.walking = true;
                Future<?> walk = walker.submit(bench::walk);
                double[] with = bench.gets();
                bench.walking = false;
                walk.get();
                for (int i = 0; i < 3 && round >= 0; i++) {
                    idle[i][round] = without[i];
                    busy[i][round] = with[i];
                }
            }
        }
        String[] names = {"p50", "p99", "max"};
        for (int i = 0; i < 3; i++) {
            double without = median(idle[i]);
            double with = median(busy[i]);
            System.out.printf(
                    Locale.ROOT,
                    "%s: %.1f us without a walk, %.1f us with one, ratio %.2f%n",
                    names[i],
                    without,
                    with,
                    with / without);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Returns p50, p99 and the maximum, in microseconds. */
    private double[] gets() throws IOException {
        byte[] request = RawSnmp.getCurrEstab();
        long[] nanos = new long[REQUESTS];
        try (RawSnmp client = new RawSnmp(port)) {
            for (int i = 0; i < REQUESTS; i++) {
                long begin = System.nanoTime();
                client.ask(request);
                nanos[i] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        return new double[] {
            nanos[REQUESTS / 2] / 1e3, nanos[REQUESTS * 99 / 100] / 1e3, nanos[REQUESTS - 1] / 1e3,
        };
    }

    private Void walk() throws IOException {
        try (RawSnmp client = new RawSnmp(port)) {
            EndlessWalk walk = new EndlessWalk(client, root, repetitions);
            while (walking) {
                walk.step();
            }
        }
        return null;
    }
}
