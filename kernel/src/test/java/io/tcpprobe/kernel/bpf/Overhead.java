package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Measurements for docs/overhead.md beside {@link SegmentCost}. Arguments: "attached", "idle SECONDS", "churn SECONDS MAXFLOWS"
 * or "snapshot FLOWS".
 */
final class Overhead {
    private static final long TURN_NANOS = 2_000_000_000L;
    private static final int PAIRS = 9;
    private static final int AT_ONCE = 31;
    private static final int WARM_UP = 100;
    private static final int FLOWS_OF_A_PROCESS = 18_000;

    private Overhead() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "attached" -> attached();
            case "idle" -> idle(Long.parseLong(arguments[1]));
            case "churn" -> churn(Long.parseLong(arguments[1]), arguments[2]);
            case "hold" -> hold(arguments[1], Integer.parseInt(arguments[2]));
            case "snapshot" -> snapshot(Integer.parseInt(arguments[1]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** A ping-pong's rate with the programs attached against without, turn by turn. */
    private static void attached() throws Exception {
        double[] ratios = new double[PAIRS];
        SegmentCost.pingPong(TURN_NANOS);
        for (int i = 0; i < PAIRS; i++) {
            long without = SegmentCost.pingPong(TURN_NANOS);
            long with;
            try (BpfSource _ = Bpf.open(Bpf.settings("probetime=500"))) {
                with = SegmentCost.pingPong(TURN_NANOS);
            }
            ratios[i] = (double) with / without;
            System.out.printf("without %d, with %d turns: %.3f%n", without, with, ratios[i]);
        }
        Arrays.sort(ratios);
        System.out.printf("median %.3f%n", ratios[PAIRS / 2]);
    }

    /** The processor time of this process while others make traffic and there are no requests. */
    private static void idle(long seconds) throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings())) {
            System.gc();
            Waiting.pause(Duration.ofSeconds(3)); // what start-up leaves to do
            var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long collections = collections();
            long cpu = system.getProcessCpuTime();
            long segments = source.object().runs(source.segmentProgram()).count();
            Waiting.pause(Duration.ofSeconds(seconds)); // the time that is measured
            long spent = system.getProcessCpuTime() - cpu;
            System.out.printf(
                    "%.0f segments/s; %.3f %% of a core; %d garbage collections%n",
                    (double) (source.object().runs(source.segmentProgram()).count() - segments) / seconds,
                    spent / 1e7 / seconds,
                    collections() - collections);
        }
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(java.lang.management.GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    /** As many connections as the machine makes, from as many threads as it has processors. */
    private static void churn(long seconds, String maxflows) throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings("maxflows=" + maxflows))) {
            int before = source.table().active();
            long end = System.nanoTime() + seconds * 1_000_000_000;
            long[] made = new long[Runtime.getRuntime().availableProcessors()];
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < made.length; i++) {
                int mine = i;
                threads.add(Thread.ofPlatform().start(() -> made[mine] = connections(end)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            Waiting.pause(Duration.ofSeconds(1)); // in which the last connections are closed
            source.refreshNow();
            long all = Arrays.stream(made).sum();
            System.out.printf(
                    "%d connections, %d/s; flows before %d, after %d; %s%n",
                    all, all / seconds, before, source.table().active(), BpfCounters.read(source.object()));
            System.out.printf(
                    "rows ever used %d; missed %s%n",
                    source.rows().count(),
                    Map.of(
                            "on_state",
                            source.object().runs("on_state").misses(),
                            "on_segment",
                            source.object().runs(source.segmentProgram()).misses(),
                            "on_destroy",
                            source.object().runs("on_destroy").misses()));
        }
    }

    /** Opens some, sends a byte to and fro on each, resets them. */
    private static long connections(long end) {
        long made = 0;
        try (LoopbackFlows flows = new LoopbackFlows()) {
            while (System.nanoTime() - end < 0) {
                for (int i = 0; i < AT_ONCE; i++) {
                    flows.open();
                    flows.pingPong();
                }
                for (int i = 0; i < AT_ONCE; i++) {
                    flows.resetLast();
                }
                made += AT_ONCE;
            }
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
        return made;
    }

    /** The time to copy, check and sort the rows of many flows, and to sweep their sockets. */
    private static void snapshot(int flows) throws Exception {
        List<Process> holders = new ArrayList<>();
        try (BpfSource source = Bpf.open(Bpf.settings("maxflows=" + (flows + 1000)))) {
            for (int i = 0; i < flows; i += FLOWS_OF_A_PROCESS) {
                holders.add(holder("127.0.1." + (1 + i / FLOWS_OF_A_PROCESS), Math.min(FLOWS_OF_A_PROCESS, flows - i)));
            }
            double[] copies = new double[41];
            for (int i = 0; i < WARM_UP; i++) {
                FlowColumns.copyOf(source.rows());
            }
            int size = 0;
            for (int i = 0; i < copies.length; i++) {
                long begin = System.nanoTime();
                size = FlowColumns.copyOf(source.rows()).size();
                copies[i] = (System.nanoTime() - begin) / 1e6;
            }

            Arrays.sort(copies);
            long begin = System.nanoTime();
            source.refreshNow();
            System.out.printf(
                    "median %.1f ms, best %.1f ms for %d flows of %d bytes; sweep %.1f ms%n",
                    copies[copies.length / 2], copies[0], size, FlowLayout.SIZE, (System.nanoTime() - begin) / 1e6);
        } finally {
            holders.forEach(Process::destroy);
        }
    }

    /** A process of its own, for a process may have only so many files open; returns when it has connected. */
    private static Process holder(String address, int flows) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Overhead.class.getName(),
                        "hold",
                        address,
                        Integer.toString(flows))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() < 0) {
            throw new IOException("a process that was to hold " + flows + " flows has ended");
        }
        return process;
    }

    private static void hold(String address, int flows) throws IOException {
        List<SocketChannel> held = new ArrayList<>();
        connect(held, address, flows / 2);
        System.out.println(held.size());
        int end = System.in.read();
        System.out.println(end);
    }

    private static void connect(List<SocketChannel> held, String address, int count) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getByName(address), 0), 1024);
            for (int i = 0; i < count; i++) {
                held.add(SocketChannel.open(server.getLocalAddress()));
                held.add(server.accept());
            }
        }
    }
}
