package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Measures what the program that sees every segment takes, between two empty programs on the same tracepoint, in the same
 * run; two, because the first of several programs pays for cold caches. For docs/overhead.md; run as root with kernel.bpf_stats_enabled=1. Argument: the empty program's object file.
 */
final class SegmentCost {
    private static final int ROUNDS = 9;
    private static final long ROUND_NANOS = 1_500_000_000L;

    private final SettingStore settings;
    private final BpfSource source;
    private final List<BpfObject> empties;

    private SegmentCost(SettingStore settings, BpfSource source, List<BpfObject> empties) {
        this.settings = settings;
        this.source = source;
        this.empties = empties;
    }

    public static void main(String[] arguments) throws Exception {
        byte[] file = Files.readAllBytes(Path.of(arguments[0]));
        SettingStore settings = new SettingStore(Map.of(), _ -> {});
        try (BpfObject before = BpfObject.load(file, (_, _) -> {});
                BpfObject after = BpfObject.load(file, (_, _) -> {})) {
            before.attach("empty");
            try (BpfSource source = Bpf.open(settings)) {
                after.attach("empty");
                SegmentCost cost = new SegmentCost(settings, source, List.of(before, after));
                cost.measure("no sample due", List.of(Settings.PROBETIME.of(86_400_000L), Settings.FULL.of(0L)));
                cost.measure("row written", List.of(Settings.PROBETIME.of(0L), Settings.FULL.of(1L)));
            }
        }
    }

    private void measure(String what, List<SettingValue<?>> values) throws Exception {
        settings.change(values, "bench");
        double[] beyond = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            BpfObject.Runs ours = source.object().runs(source.segmentProgram());
            BpfObject.Runs[] nothing = {
                empties.get(0).runs("empty"), empties.get(1).runs("empty")
            };
            pingPong(ROUND_NANOS);
            double all = perCall(ours, source.object().runs(source.segmentProgram()));
            double before = perCall(nothing[0], empties.get(0).runs("empty"));
            double after = perCall(nothing[1], empties.get(1).runs("empty"));
            beyond[round] = all - (before + after) / 2;
            System.out.printf(
                    "%s: %.0f ns; empty before it %.0f ns, empty after it %.0f ns; beyond %.0f ns; %d segments%n",
                    what,
                    all,
                    before,
                    after,
                    beyond[round],
                    source.object().runs(source.segmentProgram()).count() - ours.count());
        }
        Arrays.sort(beyond);
        System.out.printf("%s: median beyond an empty program %.0f ns%n", what, beyond[ROUNDS / 2]);
    }

    private static double perCall(BpfObject.Runs before, BpfObject.Runs after) {
        return (double) (after.nanos() - before.nanos()) / (after.count() - before.count());
    }

    /** One byte to and fro over loopback. */
    static long pingPong(long nanos) throws Exception {
        long turns = 0;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            client.setTcpNoDelay(true);
            accepted.setTcpNoDelay(true);
            Thread echo = Thread.ofPlatform().start(() -> echo(accepted));
            OutputStream out = client.getOutputStream();
            InputStream in = client.getInputStream();
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() - end < 0) {
                out.write(1);
                in.read();
                turns++;
            }
            client.shutdownOutput();
            echo.join();
        }
        return turns;
    }

    private static void echo(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            for (int read = in.read(); read >= 0; read = in.read()) {
                socket.getOutputStream().write(read);
            }
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
