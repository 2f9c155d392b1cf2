package io.tcpprobe.kernel.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.test.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Flows as records tell of them. */
class RecordTableTest {
    private static final long MANY = 1_000_000;

    private final List<Long> notified = new ArrayList<>();
    private final RecordTable table = new RecordTable(
            new FlowIds(),
            (memory, row) ->
                    notified.add(io.tcpprobe.kernel.flow.FlowLayout.number(memory, row, FlowField.LOCAL_PORT)));

    @AfterEach
    void close() {
        table.close();
    }

    private static ProbeRecord flow(int port, long idf) {
        ProbeRecord record = Lines.parse(Lines.CAPTURED);
        record.local.port = port;
        record.set(RecordField.SOCKET_IDF, idf);
        return record;
    }

    private static ProbeRecord last(int port, long idf) {
        ProbeRecord record = flow(port, idf);
        record.set(RecordField.LENGTH, ProbeRecord.LENGTH_LAST);
        return record;
    }

    private FlowColumns flows() {
        return FlowColumns.copyOf(table.rows());
    }

    private long counted(FlowStatistic statistic) {
        return table.statistics().get(statistic);
    }

    @Test
    void shouldKeepOneRowAFlow() {
        table.accept(flow(1, 7), 100, MANY);
        table.accept(flow(1, 7), 200, MANY);
        table.accept(flow(2, 7), 300, MANY);
        FlowColumns flows = flows();
        assertEquals(2, flows.size());
        assertEquals(1, flows.flowId(0));
        assertEquals(100, flows.number(FlowField.FIRST_SEEN, 0));
        assertEquals(200, flows.number(FlowField.SAMPLED, 0));
        assertEquals(2, flows.number(FlowField.SAMPLES, 0));
        assertEquals(List.of(1L, 1L, 2L), notified);
    }

    @Test
    void shouldRemoveAFlowAfterItsLastRecordAndNotify() {
        table.accept(flow(1, 7), 100, MANY);
        table.accept(last(1, 7), 200, MANY);
        assertEquals(0, flows().size());
        assertEquals(List.of(1L, 1L), notified);
        assertEquals(1, counted(FlowStatistic.RESET));
    }

    @Test
    void shouldDistinguishAReusedAddressPairFromTheOldConnection() {
        table.accept(flow(1, 7), 100, MANY);
        table.accept(flow(1, 8), 200, MANY);
        assertEquals(2, flows().size());
        table.accept(last(1, 7), 300, MANY);
        assertEquals(8, flows().number(FlowField.SOCKET_IDF, 0));
    }

    @Test
    void shouldSkipAndCountFlowsBeyondMaxflows() {
        table.accept(flow(1, 7), 100, 1);
        table.accept(flow(2, 7), 100, 1);
        assertEquals(1, flows().size());
        assertEquals(1, counted(FlowStatistic.MAXFLOW_REACHED));
    }

    @Test
    void shouldRemoveSilentFlowsAndThoseOfOtherPorts() {
        table.accept(flow(1, 7), 100, MANY);
        table.accept(flow(2, 7), 200, MANY);
        table.purge(150, 0);
        assertEquals(1, flows().size());
        table.purge(Long.MIN_VALUE, 65221); // the remote port
        assertEquals(1, flows().size());
        table.purge(Long.MIN_VALUE, 1);
        assertEquals(0, flows().size());
    }

    @Test
    void shouldAgreeWithASimpleModelOverManyComingsAndGoings() {
        long seed = Seed.next();
        Random random = new Random(seed);
        Map<Integer, Integer> model = new java.util.HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            int port = random.nextInt(5000);
            boolean last = random.nextInt(3) == 0;
            table.accept(last ? last(port, 7) : flow(port, 7), i, MANY);
            if (last) {
                model.remove(port);
            } else {
                model.merge(port, 1, Integer::sum);
            }
        }
        FlowColumns flows = flows();
        assertEquals(model.size(), flows.size(), () -> "seed " + seed);
        for (int i = 0; i < flows.size(); i++) {
            int port = (int) flows.number(FlowField.LOCAL_PORT, i);
            assertEquals((long) model.get(port), flows.number(FlowField.SAMPLES, i), () -> "seed " + seed);
        }
    }

    @Test
    void shouldReturnConsistentRowsWhileTheyAreWrittenAndGrow() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        RecordTable shared = new RecordTable(new FlowIds(), (_, _) -> {});
        Thread writer = Thread.ofPlatform().start(() -> {
            ProbeRecord record = flow(1, 7);
            for (int i = 1; !stop.get(); i++) {
                record.local.port = i % 3 == 0 ? i / 3 % 3000 : 1;
                record.set(RecordField.CWND, i);
                record.set(RecordField.SEND_QUEUE, i);
                synchronized (shared) {
                    shared.accept(record, i, MANY);
                }
                begun.countDown();
            }
        });
        begun.await();
        long seen = 0;
        for (int round = 0; round < 200; round++) {
            io.tcpprobe.kernel.flow.FlowRows rows;
            synchronized (shared) {
                shared.freeOutgrown();
                rows = shared.rows();
            }
            FlowColumns flows = FlowColumns.copyOf(rows);
            for (int i = 0; i < flows.size(); i++) {
                assertEquals(flows.number(FlowField.CWND, i), flows.number(FlowField.SEND_QUEUE, i));
                seen++;
            }
        }
        stop.set(true);
        writer.join();
        shared.close();
        assertTrue(seen > 0);
    }
}
