package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is decoded by blocks must be what the columns return flow by flow. */
class DecodedFlowsTest {
    private static final int ROWS = 3 * FlowColumns.BLOCK_ROWS + 7;

    private final MemorySegment memory = Arena.ofAuto().allocate((long) ROWS * FlowLayout.SIZE, Long.BYTES);
    private final Random random = new Random(1);

    /** Rows in which fields are absent here and there, or in all flows of a block, or in all flows. */
    private FlowColumns columns() {
        for (int row = 0; row < ROWS; row++) {
            long at = (long) row * FlowLayout.SIZE;
            memory.set(ValueLayout.JAVA_INT, at + FlowLayout.FLOW_ID, row + 1);
            for (FlowField field : FlowField.values()) {
                if (field.numeric() && !field.derived()) {
                    FlowLayout.put(memory, at, field, random.nextLong(1L << random.nextInt(1, 31)));
                    boolean ofBlock = (row / FlowColumns.BLOCK_ROWS + field.id()) % 3 != 0;
                    FlowLayout.present(memory, at, field, field.id() % 7 != 0 && ofBlock && random.nextInt(5) != 0);
                }
            }
            memory.setString(
                    at + FlowLayout.offset(FlowField.CONGESTION_CONTROL),
                    row % 2 == 0 ? "bbr" : "cubic",
                    StandardCharsets.US_ASCII);
            FlowLayout.present(memory, at, FlowField.CONGESTION_CONTROL, true);
        }
        return FlowColumns.copyOf(new FlowRows(memory, ROWS));
    }

    private static Set<FlowField> numbers() {
        Set<FlowField> numbers = EnumSet.allOf(FlowField.class);
        numbers.removeIf(field -> !field.numeric());
        return numbers;
    }

    private static void assertSame(FlowColumns columns, DecodedFlows decoded, int index) {
        decoded.select(index);
        for (FlowField field : numbers()) {
            boolean has = columns.has(field, index);
            assertEquals(has, decoded.has(field), () -> field + " of flow " + index);
            assertEquals(
                    has ? columns.number(field, index) : 0, decoded.number(field), () -> field + " of flow " + index);
        }
        assertEquals(columns.text(FlowField.CONGESTION_CONTROL, index), decoded.text(FlowField.CONGESTION_CONTROL));
    }

    @Test
    void shouldDecodeWhatTheColumnsHave() {
        FlowColumns columns = columns();
        DecodedFlows decoded = new DecodedFlows(columns, numbers());
        for (int index = 0; index < ROWS; index++) {
            assertSame(columns, decoded, index);
        }
        for (int i = 0; i < ROWS; i++) {
            assertSame(columns, decoded, random.nextInt(ROWS));
        }
    }

    @Test
    void shouldReadAFieldThatWasNotAnnounced() {
        FlowColumns columns = columns();
        DecodedFlows decoded = new DecodedFlows(columns, List.of());
        for (int index = 0; index < ROWS; index += 11) {
            assertSame(columns, decoded, index);
        }
    }

    @Test
    void shouldBeARowOfZerosWhereNoFlowIsSelected() {
        DecodedFlows decoded = new DecodedFlows(columns(), numbers());
        for (int selected : new int[] {-1, 5, -1}) {
            decoded.select(selected);
            assertEquals(selected >= 0, decoded.isFlow());
        }
        assertFalse(decoded.isFlow());
        assertTrue(decoded.has(FlowField.CWND));
        assertEquals(0, decoded.number(FlowField.CWND));
        assertEquals("", decoded.text(FlowField.CONGESTION_CONTROL));
    }
}
