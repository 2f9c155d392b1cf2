package io.tcpprobe.it.bench;

import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.VerdictTable;
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

/** The cost of the verdicts of all flows of a snapshot. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class VerdictBench {
    private static final int CACHE_LINE = 64;
    private static final long SECOND = 1_000_000_000L;

    @Param({"1000", "100000"})
    private int flows;

    /** Percentage of the flows that send. */
    @Param({"10", "100"})
    private int sending;

    private final VerdictHistory history = new VerdictHistory();
    private FlowColumns columns;
    private long takenNanos;

    /** Creates two snapshots, 1.5 s apart: some flows send, the others are idle. One flow in 97 is not in the earlier snapshot. */
    @Setup
    public void fill() {
        MemorySegment memory = Arena.ofAuto().allocate((long) flows * FlowLayout.SIZE, CACHE_LINE);
        write(memory, 10 * SECOND, 97);
        history.evaluate(FlowColumns.copyOf(new FlowRows(memory, flows)), 10 * SECOND);
        takenNanos = 10 * SECOND + 3 * SECOND / 2;
        write(memory, takenNanos, Integer.MAX_VALUE);
        columns = FlowColumns.copyOf(new FlowRows(memory, flows));
    }

    private void write(MemorySegment memory, long now, int leftOut) {
        Random random = new Random(1);
        for (int i = 0; i < flows; i++) {
            long row = (long) i * FlowLayout.SIZE;
            memory.set(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID, (i + 1) % leftOut == 0 ? 0 : i + 1);
            boolean sends = i % 100 < sending;
            for (FlowField field : FlowField.values()) {
                long number = sends ? random.nextInt(1 << 20) : field.id();
                if (field.kind() == FlowField.Kind.COUNTER) {
                    number += sends ? now / 1000 : 0;
                }
                if (field.numeric() && !field.derived()) {
                    FlowLayout.put(memory, row, field, field == FlowField.SAMPLED ? now : number);
                    FlowLayout.present(memory, row, field, true);
                }
            }
        }
    }

    /** Computes all verdicts. */
    @Benchmark
    public VerdictTable evaluate() {
        return history.evaluate(columns, takenNanos);
    }
}
