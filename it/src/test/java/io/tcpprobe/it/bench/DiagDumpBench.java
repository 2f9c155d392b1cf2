package io.tcpprobe.it.bench;

import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.diag.SockDiag;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowLayout;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The cost of storing the flows of a dump: the wall time of {@link DiagSource#refresh()} compared with that of the same netlink dump
 * without storing anything. Both are measured in one run, alternating, so that other load on the machine affects both. Every row is written
 * ({@code probetime} 0).
 *
 * <pre>
 *   mvn -q -pl it -am test-compile
 *   unshare -n sh -c 'ip link set lo up; exec java --enable-native-access=ALL-UNNAMED -cp CLASSES
 *       io.tcpprobe.it.bench.DiagDumpBench 50000'
 * </pre>
 *
 * <p>CLASSES: target/classes of config and kernel, it/target/test-classes, and the jar of slf4j-api. The argument is the number of sockets;
 * each connection has two. Other processes hold them, as many as needed to stay within each one's limit of open files. A separate network
 * namespace excludes other sockets; it is not required.
 */
public final class DiagDumpBench {
    private static final int WARM_UP = 30;
    private static final int ROUNDS = 101;

    private DiagDumpBench() {}

    /** Runs the benchmark and prints the results. */
    public static void main(String[] arguments) throws IOException {
        int sockets = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        SettingStore settings = Configuration.read(
                        null, Map.of(), List.of("probetime=0", "maxflows=" + Math.max(2 * sockets, 1000)))
                .store(List.of(), _ -> {});
        try (ConnectionHolders _ = ConnectionHolders.open(sockets / 2);
                SockDiag bare = SockDiag.open();
                DiagSource source = DiagSource.open(settings, System::nanoTime)) {
            measure(bare, source);
        }
    }

    private static void measure(SockDiag bare, DiagSource source) throws IOException {
        long[] nothingStored = new long[ROUNDS];
        long[] stored = new long[ROUNDS];
        long[] copied = new long[ROUNDS];
        int flows = 0;
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long a = System.nanoTime();
            dump(bare);
            long b = System.nanoTime();
            source.refresh();
            long c = System.nanoTime();
            flows = FlowColumns.copyOf(source.rows()).size();
            long d = System.nanoTime();
            if (round >= 0) {
                nothingStored[round] = b - a;
                stored[round] = c - b;
                copied[round] = d - c;
            }
        }
        System.out.printf("flows %d, row %d bytes, rounds %d%n", flows, FlowLayout.SIZE, ROUNDS);
        print("dump, nothing stored", nothingStored, flows);
        print("dump into rows", stored, flows);
        print("copy of the rows by columns", copied, flows);
        System.out.printf("ratio of the medians, into rows : nothing stored = %.3f%n", ratio(stored, nothingStored));
    }

    private static void dump(SockDiag bare) throws IOException {
        bare.dump(SockDiag.ALL_STATES, DiagSource.EXTENSIONS, (_, _, _) -> {});
    }

    private static void print(String what, long[] nanos, int flows) {
        long[] sorted = sorted(nanos);
        System.out.printf(
                "%-28s median %7.2f ms  p10 %7.2f  p90 %7.2f  %7.3f us per flow%n",
                what,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length / 10] / 1e6,
                sorted[sorted.length * 9 / 10] / 1e6,
                sorted[sorted.length / 2] / 1e3 / Math.max(flows, 1));
    }

    private static double ratio(long[] one, long[] other) {
        return (double) sorted(one)[one.length / 2] / sorted(other)[other.length / 2];
    }

    private static long[] sorted(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
