package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A source with the rows that a test gives it. */
final class FakeSource extends TestSource {
    private static final int ROWS = 64;

    /** What a refresh does besides. */
    @FunctionalInterface
    interface Reading {
        void run() throws IOException;
    }

    private final MemorySegment memory = Arena.ofAuto().allocate((long) ROWS * FlowLayout.SIZE, 8);
    private int count;
    Reading reading = () -> {};
    int refreshes;
    boolean closed;

    /** Adds a flow without fields, and gives its id: they count from 1. */
    int flow() {
        memory.set(ValueLayout.JAVA_INT, row(count + 1) + FlowLayout.FLOW_ID, count + 1);
        return ++count;
    }

    private static long row(int id) {
        return (id - 1L) * FlowLayout.SIZE;
    }

    FakeSource put(int id, FlowField field, long value) {
        FlowLayout.put(memory, row(id), field, value);
        FlowLayout.present(memory, row(id), field, true);
        return this;
    }

    /** Leaves the value where it is and says that it is not there. */
    FakeSource absent(int id, FlowField field) {
        FlowLayout.present(memory, row(id), field, false);
        return this;
    }

    FakeSource address(int id, FlowField field, byte[] address) {
        MemorySegment.copy(
                address, 0, memory, ValueLayout.JAVA_BYTE, row(id) + FlowLayout.offset(field), address.length);
        FlowLayout.present(memory, row(id), field, true);
        return this;
    }

    FakeSource text(int id, FlowField field, String text) {
        MemorySegment.copy(
                text.getBytes(StandardCharsets.US_ASCII),
                0,
                memory,
                ValueLayout.JAVA_BYTE,
                row(id) + FlowLayout.offset(field),
                text.length());
        FlowLayout.present(memory, row(id), field, true);
        return this;
    }

    FlowSnapshot snapshot() {
        return new FlowSnapshot(FlowColumns.copyOf(rows()), 1, 0, 0, Map.of(), Map.of(), 0);
    }

    FlowSnapshot snapshot(long generation, VerdictTable verdicts) {
        return new FlowSnapshot(
                FlowColumns.copyOf(rows()),
                generation,
                0,
                0,
                Map.of(),
                Map.of(),
                ListenerTable.NONE,
                0,
                new Lazy<>(() -> verdicts),
                new FakeContainers());
    }

    @Override
    public void refresh() throws IOException {
        refreshes++;
        reading.run();
    }

    @Override
    public FlowRows rows() {
        return new FlowRows(memory, count);
    }

    @Override
    public Map<FlowStatistic, Long> statistics() {
        return Map.of(FlowStatistic.NEW, (long) count);
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return Map.of(TcpState.LISTEN, 3);
    }

    @Override
    public void close() {
        closed = true;
    }
}
