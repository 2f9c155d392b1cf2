package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.RttHistogram;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The histogram of a flow, against the round-trip times of its samples. */
class RttHistogramOfFlowsTest {
    /** Collects the round-trip times of the flow to a port. */
    private static final class Samples implements EventRing.Listener {
        private final List<Long> micros = new ArrayList<>();
        private long counted;
        int port;

        @Override
        public void accept(EventRing.Kind kind, MemorySegment memory, long row) {
            long samples = FlowLayout.number(memory, row, FlowField.RTT_SAMPLES);
            if (FlowLayout.number(memory, row, FlowField.REMOTE_PORT) == port && samples > counted) {
                counted = samples;
                micros.add(FlowLayout.number(memory, row, FlowField.RTT_LAST));
            }
        }

        long percentile(int percent) {
            List<Long> sorted = micros.stream().sorted().toList();
            return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
        }
    }

    private static int bucket(long micros) {
        int bucket = 0;
        while (bucket + 1 < RttHistogram.BUCKETS.size() && RttHistogram.lowerBound(bucket + 1) <= micros) {
            bucket++;
        }
        return bucket;
    }

    @Test
    void shouldCountEveryRoundTripTime() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0", "full=1"));
                Transfer transfer =
                        new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1000)) {
            namespaces.slow(); // up to 50 ms in the queue
            Samples samples = new Samples();
            samples.port = transfer.port();
            try (EventRing ring = source.samples()) {
                transfer.exchange(3_000_000);
                ring.drain(samples);
            }
            source.refreshNow();
            FlowColumns flows = FlowColumns.copyOf(source.rows());
            FlowRow sender = FlowRow.of(flows, transfer.port(), true);
            RttHistogram histogram = RttHistogram.of(flows, sender.at());
            assertEquals(sender.get(FlowField.RTT_SAMPLES), histogram.samples());
            assertTrue(samples.micros.size() > 100, samples.micros.size() + " samples");
            for (FlowField field : List.of(FlowField.RTT_P50, FlowField.RTT_P90, FlowField.RTT_P99)) {
                int percent = Integer.parseInt(field.label().substring("rttP".length()));
                long exact = samples.percentile(percent);
                assertTrue(sender.has(field) && flows.hasColumn(field));
                long got = sender.get(field);
                int distance = Math.abs(bucket(exact) - bucket(got));
                assertTrue(distance <= 1, percent + " %: " + got + " us, of the samples " + exact);
            }
        }
    }

    @Test
    void shouldMeasureTheHandshake() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings())) {
            namespaces.loseAll();
            CompletableFuture<Transfer> opening = Transfer.opening(namespaces, 1000);
            Waiting.until("a SYN", () -> namespaces.leftCounted("ActiveOpens") > 0);
            namespaces.loseNothing();
            try (Transfer transfer = opening.get(20, TimeUnit.SECONDS)) {
                source.refreshNow();
                FlowColumns flows = FlowColumns.copyOf(source.rows());
                FlowRow client = FlowRow.of(flows, transfer.port(), true);
                assertTrue(client.has(FlowField.ACTIVE_OPEN), () -> notFoundAtOpening(source, client));
                assertEquals(1, client.get(FlowField.ACTIVE_OPEN));
                long micros = client.get(FlowField.HANDSHAKE_TIME);
                assertTrue(micros > 900_000 && micros < 10_000_000, micros + " us with a SYN that was lost");
                FlowRow server = FlowRow.of(flows, transfer.port(), false);
                assertTrue(server.has(FlowField.HANDSHAKE_TIME));
                assertTrue(server.get(FlowField.HANDSHAKE_TIME) < 900_000, "from the SYN-ACK on");
                assertFalse(server.get(FlowField.HANDSHAKE_TIME) == 0);
            }
        }
    }

    /** Describes why: whether a sweep found it before, whether the kernel skipped the program, and whether memory was missing. */
    private static String notFoundAtOpening(BpfSource source, FlowRow client) {
        long age = client.get(FlowField.SAMPLED) - client.get(FlowField.FIRST_SEEN);
        try {
            return "not found at its opening: state " + client.get(FlowField.STATE) + ", first seen "
                    + TimeUnit.NANOSECONDS.toMillis(age) + " ms before it was sampled, "
                    + source.object().runs("on_state") + ", " + source.statistics();
        } catch (IOException unreadable) {
            return "not found at its opening: " + unreadable;
        }
    }
}
