package io.tcpprobe.it.bench;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of a snapshot: the copy of all rows by columns, and the reading of one number of every flow from it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SnapshotBench {
    private static final int CACHE_LINE = 64;

    @Param({"1000", "100000"})
    private int flows;

    private FlowRows rows;
    private FlowColumns columns;

    /**
     * Fills rows with all fields: a third of them with random values, a third with values within a byte, and the rest with the same value
     * in all rows.
     */
    @Setup
    public void fill() {
        Random random = new Random(1);
        MemorySegment memory = Arena.ofAuto().allocate((long) flows * FlowLayout.SIZE, CACHE_LINE);
        for (int i = 0; i < flows; i++) {
            long row = (long) i * FlowLayout.SIZE;
            memory.set(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID, i + 1);
            for (FlowField field : FlowField.values()) {
                FlowLayout.present(memory, row, field, true);
                if (field.kind() != FlowField.Kind.ADDRESS && field.width() != FlowField.Width.TEXT) {
                    FlowLayout.put(
                            memory, row, field, new int[] {random.nextInt(), random.nextInt(256), 7}[field.id() % 3]);
                }
            }
        }
        rows = new FlowRows(memory, flows);
        columns = FlowColumns.copyOf(rows);
    }

    /** Copies all rows. */
    @Benchmark
    public FlowColumns copy() {
        return FlowColumns.copyOf(rows);
    }

    /** Reads cwnd of all flows. */
    @Benchmark
    public long read() {
        long sum = 0;
        for (int i = 0; i < flows; i++) {
            sum += columns.number(FlowField.CWND, i);
        }
        return sum;
    }
}
