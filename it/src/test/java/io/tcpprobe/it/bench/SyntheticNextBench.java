package io.tcpprobe.it.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Response times of a GETNEXT at a random place, alternating between two {@link SyntheticAgent}s, over UDP on loopback.
 *
 * <pre>
 *   SyntheticNextBench PORT_A ROWS_A PORT_B ROWS_B [ROUNDS]
 * </pre>
 *
 * <p>A round is 2,000 requests to A, then 2,000 to B; the first five rounds warm up and do not count.
 */
public final class SyntheticNextBench {
    private static final int REQUESTS = 2_000;
    private static final int WARM_UP = 5;

    private SyntheticNextBench() {}

    /** Runs the benchmark; prints the median over the rounds of p50 of each, and the ratio. */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 21;
        double[][] micros = new double[2][rounds];
        Random random = new Random(1);
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int agent = 0; agent < 2; agent++) {
                int port = Integer.parseInt(arguments[2 * agent]);
                double median = median(port, Integer.parseInt(arguments[2 * agent + 1]), random);
                if (round >= 0) {
                    micros[agent][round] = median;
                }
            }
        }
        Arrays.sort(micros[0]);
        Arrays.sort(micros[1]);
        double first = micros[0][rounds / 2];
        double second = micros[1][rounds / 2];
        System.out.printf(Locale.ROOT, "A %.1f us, B %.1f us, B/A %.2f%n", first, second, second / first);
    }

    private static double median(int port, int rows, Random random) throws IOException {
        byte[][] requests = new byte[REQUESTS][];
        for (int i = 0; i < REQUESTS; i++) {
            String place = ManyRows.instance(1 + random.nextInt(ManyRows.COLUMNS), random.nextInt(rows))
                    .toDottedString();
            requests[i] = RawSnmp.request(RawSnmp.GETNEXT, RawSnmp.objectId(place), 0);
        }
        double[] micros = new double[REQUESTS];
        try (RawSnmp client = new RawSnmp(port)) {
            for (int i = 0; i < REQUESTS; i++) {
                long begin = System.nanoTime();
                client.ask(requests[i]);
                micros[i] = (System.nanoTime() - begin) / 1e3;
            }
        }
        Arrays.sort(micros);
        return micros[REQUESTS / 2];
    }
}
