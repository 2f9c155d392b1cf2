package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Seed;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

/**
 * Sweeps while segments arrive: no row stays out of date. The first sweep after the last segment of a flow shows its final values,
 * even if this sweep or an earlier one found the socket locked, with segments in its backlog. The reference is the kernel's answer
 * over netlink.
 */
class SweepStressTest {
    private static final int CONNECTIONS = 13;
    private static final int ROUNDS = Boolean.getBoolean("tcpprobe.all") ? 1009 : 23;
    private static final long PATIENCE = 20_000_000_000L;

    /** What time changes, and what depends on when samples were taken. */
    private static final Set<FlowField> LEFT_OUT = EnumSet.of(
            FlowField.FIRST_SEEN,
            FlowField.SAMPLED,
            FlowField.LAST_DATA_SENT,
            FlowField.LAST_DATA_RECEIVED,
            FlowField.LAST_ACK_RECEIVED,
            FlowField.ATO, // the kernel's dump and this one round ticks in another way
            FlowField.PIPE_MAX,
            FlowField.RECEIVE_WINDOW_MAX,
            FlowField.SEND_WINDOW_MAX,
            FlowField.RTO_MAX,
            FlowField.RTO_MIN,
            FlowField.RTT_MIN,
            FlowField.SLOW_START_CWND_MAX,
            FlowField.AVOIDANCE_CWND_MAX,
            FlowField.SSTHRESH_MAX,
            FlowField.SSTHRESH_MIN,
            FlowField.MSS_MAX,
            FlowField.MSS_MIN,
            FlowField.RETRANSMIT_QUEUE_MAX,
            FlowField.NOT_SENT_MAX,
            FlowField.RECEIVE_QUEUE_MAX);

    private final CyclicBarrier round = new CyclicBarrier(CONNECTIONS + 1);
    private final AtomicReference<IOException> failure = new AtomicReference<>();

    @Test
    void shouldReleaseEveryRow() throws Exception {
        long seed = Seed.next();
        try (ServerSocket server = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress())) {
            SettingStore settings = Bpf.settings("port=" + server.getLocalPort());
            List<Socket> sockets = new ArrayList<>();
            try (BpfSource source = Bpf.open(settings);
                    DiagSource truth = DiagSource.open(
                            Bpf.settings("port=" + server.getLocalPort(), "probetime=0"), System::nanoTime)) {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                    Socket accepted = server.accept();
                    sockets.add(client);
                    sockets.add(accepted);
                    Random random = new Random(seed + i);
                    threads.add(Thread.ofPlatform().start(() -> exchange(client, accepted, random)));
                }
                for (int i = 0; i < ROUNDS; i++) {
                    sweepWhileItRuns(source);
                    Map<Long, Map<FlowField, Long>> right = quiet(truth);
                    source.refreshNow();
                    assertEquals(2 * CONNECTIONS, right.size());
                    compare(right, values(FlowColumns.copyOf(source.rows())), "round " + i);
                }
                for (Thread thread : threads) {
                    thread.interrupt();
                    thread.join();
                }
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    private void sweepWhileItRuns(BpfSource source) throws Exception {
        round.await(PATIENCE, TimeUnit.NANOSECONDS); // they begin
        while (round.getNumberWaiting() < CONNECTIONS) {
            source.refresh();
        }
        round.await(PATIENCE, TimeUnit.NANOSECONDS); // they have ended
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    /** One end writes, the other reads and answers, now and then; the last segment of all may be anything. */
    private void exchange(Socket client, Socket accepted, Random random) {
        try {
            client.setTcpNoDelay(true);
            accepted.setTcpNoDelay(true);
            byte[] data = new byte[4096];
            while (!Thread.interrupted()) {
                round.await();
                try {
                    for (int turns = 5 + random.nextInt(20); turns > 0; turns--) {
                        client.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
                        accepted.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
                        send(client, accepted, data, 1 + random.nextInt(data.length));
                        if (random.nextBoolean()) {
                            send(accepted, client, data, 1 + random.nextInt(data.length));
                        }
                    }
                } catch (IOException failed) {
                    failure.set(failed);
                }
                round.await();
            }
        } catch (InterruptedException | java.util.concurrent.BrokenBarrierException ended) {
            // the test is over
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void send(Socket from, Socket to, byte[] data, int bytes) throws IOException {
        OutputStream out = from.getOutputStream();
        InputStream in = to.getInputStream();
        out.write(data, 0, bytes);
        in.readNBytes(data, 0, bytes);
    }

    /** Returns the kernel's values when nothing changes any more, also no delayed ACK. */
    private static Map<Long, Map<FlowField, Long>> quiet(DiagSource truth) throws Exception {
        long end = System.nanoTime() + PATIENCE;
        Map<Long, Map<FlowField, Long>> before = Map.of();
        while (true) {
            truth.refresh();
            Map<Long, Map<FlowField, Long>> now = values(FlowColumns.copyOf(truth.rows()));
            boolean acknowledged = now.values().stream().allMatch(flow -> flow.get(FlowField.SEND_QUEUE) == 0);
            if (acknowledged && now.equals(before)) {
                return now;
            }
            before = now;
            assertTrue(System.nanoTime() - end < 0, "the connections do not come to rest");
            Waiting.pause(Duration.ofMillis(5)); // in which something may change
        }
    }

    /** The flows by cookie. */
    private static Map<Long, Map<FlowField, Long>> values(FlowColumns flows) {
        Map<Long, Map<FlowField, Long>> all = new TreeMap<>();
        for (int i = 0; i < flows.size(); i++) {
            Map<FlowField, Long> values = new TreeMap<>();
            for (FlowField field : FlowField.all()) {
                if (field.numeric() && !LEFT_OUT.contains(field) && flows.has(field, i)) {
                    values.put(field, flows.number(field, i));
                }
            }
            all.put(flows.number(FlowField.COOKIE, i), values);
        }
        return all;
    }

    private static void compare(
            Map<Long, Map<FlowField, Long>> right, Map<Long, Map<FlowField, Long>> shown, String where) {
        assertEquals(right.keySet(), shown.keySet(), where);
        right.forEach((cookie, values) -> {
            Map<FlowField, Long> missed = new TreeMap<>(values);
            missed.entrySet().removeAll(shown.get(cookie).entrySet());
            Map<FlowField, Long> instead = new TreeMap<>(shown.get(cookie));
            instead.keySet().retainAll(missed.keySet());
            assertEquals(missed, instead, where + ", socket " + Long.toHexString(cookie));
        });
    }
}
