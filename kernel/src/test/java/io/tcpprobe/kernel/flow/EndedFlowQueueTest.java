package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EndedFlowQueueTest {
    private static final int CAPACITY = 300;

    private final EndedFlowQueue rows = new EndedFlowQueue(CAPACITY);

    private void end(int id) {
        MemorySegment row = Arena.ofAuto().allocate(FlowLayout.SIZE, Long.BYTES);
        row.set(ValueLayout.JAVA_INT, FlowLayout.SEQUENCE, 7); // odd: the source was writing it
        row.set(ValueLayout.JAVA_INT, FlowLayout.FLOW_ID, id);
        FlowLayout.put(row, 0, FlowField.CWND, id * 3L);
        FlowLayout.present(row, 0, FlowField.CWND, true);
        rows.add(new FlowRows(row, 1));
    }

    @Test
    void shouldTakeAllThatEndedSince() throws InterruptedException {
        end(5);
        end(4);
        FlowColumns first = rows.take(0, 0);
        assertEquals(2, first.size());
        assertEquals(12, first.number(FlowField.CWND, first.indexOf(4)));
        end(9);
        FlowColumns second = rows.take(0, 0);
        assertEquals(1, second.size());
        assertEquals(27, second.number(FlowField.CWND, 0));
    }

    @Test
    void shouldDropAndCountWhatDoesNotFit() throws InterruptedException {
        for (int id = 1; id <= CAPACITY + 17; id++) {
            end(id);
        }
        assertEquals(17, rows.dropped());
        assertEquals(CAPACITY, rows.take(0, 0).size());
        end(1);
        assertEquals(1, rows.take(0, 0).size());
        assertEquals(17, rows.dropped());
    }

    @Test
    void shouldWaitForTheFirstRow() {
        CompletableFuture<Integer> taken = CompletableFuture.supplyAsync(() -> {
            try {
                return rows.take(0, 0).size();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });
        end(1);
        assertEquals(1, taken.join());
    }

    @Test
    void shouldNotGatherLongerThanTheMaximum() {
        end(1);
        int taken = assertTimeoutPreemptively(
                Duration.ofSeconds(90), () -> rows.take(3_600_000, 20).size());
        assertEquals(1, taken);
    }

    @Test
    void shouldHandOverWhatIsLeftWhenClosed() throws InterruptedException {
        end(1);
        rows.close();
        end(2);
        assertFalse(rows.finished());
        assertEquals(1, rows.take(60_000, 0).size());
        assertTrue(rows.finished());
        assertEquals(0, rows.take(60_000, 0).size());
        assertEquals(1, rows.dropped());
    }
}
