package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A writer that rewrites rows without end, by the protocol of the sequence word, while they are copied. */
class FlowColumnsRaceTest {
    private static final VarHandle SEQUENCE = ValueLayout.JAVA_INT.varHandle();
    private static final int ENOUGH_CHANGES = 100;
    /** A guard only: on a busy machine the writer may have to wait for its turn. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final int PAUSE = 300;

    /** Every stamp sets all fields of the row, and is the presence of all but one of two fields: 77 if odd, 78 if even. */
    private static void write(MemorySegment memory, long row, int stamp) {
        int before = (int) SEQUENCE.get(memory, row + FlowLayout.SEQUENCE);
        SEQUENCE.setVolatile(memory, row + FlowLayout.SEQUENCE, before + 1);
        VarHandle.fullFence();
        FlowLayout.clearPresence(memory, row);
        for (FlowField field : FlowField.values()) {
            long at = row + FlowLayout.offset(field);
            switch (field.width()) {
                case TEXT, ADDRESS -> {
                    for (int i = 0; i < field.width().bytes(); i++) {
                        memory.set(ValueLayout.JAVA_BYTE, at + i, (byte) (stamp & 0x7f));
                    }
                }
                case U8, U16, U32, U64 -> FlowLayout.put(memory, row, field, stamp);
            }
            FlowLayout.present(memory, row, field, field.id() != (stamp % 2 == 0 ? 78 : 77));
        }
        FlowLayout.put(memory, row, FlowField.LOCAL_ADDRESS_TYPE, AddressType.IPV6Z.number());
        SEQUENCE.setRelease(memory, row + FlowLayout.SEQUENCE, before + 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void shouldNeverCopyATornRow(int rows) throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate((long) rows * FlowLayout.SIZE, 8);
            for (int row = 0; row < rows; row++) {
                write(memory, (long) row * FlowLayout.SIZE, 1);
                memory.set(ValueLayout.JAVA_INT, (long) row * FlowLayout.SIZE + FlowLayout.FLOW_ID, row + 1);
            }
            AtomicBoolean stop = new AtomicBoolean();
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int stamp = 2; !stop.get(); stamp++) {
                    write(memory, (long) (stamp % rows) * FlowLayout.SIZE, stamp / rows);
                    pause();
                }
            });
            long changes = 0;
            long last = 0;
            try {
                long begin = System.nanoTime();
                while (changes < ENOUGH_CHANGES && System.nanoTime() - begin < LONGEST.toNanos()) {
                    FlowColumns flows = FlowColumns.copyOf(new FlowRows(memory, rows));
                    assertWhole(flows);
                    changes += flows.size() > 0 && flows.number(FlowField.CWND, 0) != last ? 1 : 0;
                    last = flows.size() > 0 ? flows.number(FlowField.CWND, 0) : last;
                }
            } finally {
                stop.set(true);
                writer.join();
            }
            assertTrue(changes > 10, "the writer must have written meanwhile: " + changes);
        }
    }

    /** About as long as a write: a reader shall meet rows that are whole, too. */
    private static void pause() {
        for (int i = 0; i < PAUSE; i++) {
            Thread.onSpinWait();
        }
    }

    private static void assertWhole(FlowColumns flows) {
        for (int i = 0; i < flows.size(); i++) {
            assertTrue(flows.has(FlowField.CWND, i));
            long stamp = flows.number(FlowField.CWND, i);
            for (FlowField field : FlowField.values()) {
                if (field == FlowField.LOCAL_ADDRESS_TYPE || field.derived() || !flows.has(field, i)) {
                    continue;
                }
                switch (field.width()) {
                    case TEXT ->
                        assertEquals(
                                stamp & 0x7f,
                                flows.text(field, i).isEmpty()
                                        ? 0
                                        : flows.text(field, i).charAt(15));
                    case ADDRESS -> {
                        if (field == FlowField.LOCAL_ADDRESS) {
                            byte[] address = flows.address(field, FlowField.LOCAL_ADDRESS_TYPE, i);
                            assertEquals(stamp & 0x7f, address[0]);
                            assertEquals(stamp & 0x7f, address[19]);
                        }
                    }
                    case U8 -> assertEquals(stamp & 0xff, flows.number(field, i));
                    case U16 -> assertEquals(stamp & 0xffff, flows.number(field, i));
                    case U32, U64 -> assertEquals(stamp, flows.number(field, i), field::toString);
                }
            }
        }
    }
}
