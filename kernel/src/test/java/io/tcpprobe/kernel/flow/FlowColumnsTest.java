package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.proc.SocketOwners;
import io.tcpprobe.test.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlowColumnsTest {
    private static final int ROWS = 600;

    private final Arena arena = Arena.ofShared(); // JUnit runs each method in its own thread
    private final MemorySegment memory = arena.allocate((long) ROWS * FlowLayout.SIZE, 8);

    @AfterEach
    void free() {
        arena.close();
    }

    private FlowColumns copy(int rows) {
        return FlowColumns.copyOf(new FlowRows(memory, rows));
    }

    private void id(int row, long id) {
        memory.set(ValueLayout.JAVA_INT, (long) row * FlowLayout.SIZE + FlowLayout.FLOW_ID, (int) id);
    }

    private void put(int row, FlowField field, long value) {
        FlowLayout.put(memory, (long) row * FlowLayout.SIZE, field, value);
        FlowLayout.present(memory, (long) row * FlowLayout.SIZE, field, true);
    }

    private void text(int row, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        long at = (long) row * FlowLayout.SIZE + FlowLayout.offset(FlowField.CONGESTION_CONTROL);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
        FlowLayout.present(memory, (long) row * FlowLayout.SIZE, FlowField.CONGESTION_CONTROL, true);
    }

    @Test
    void shouldBeEmptyWithoutRows() {
        assertEquals(0, copy(0).size());
        assertEquals(0, copy(ROWS).size());
        assertEquals(0, copy(ROWS).after(0));
        assertEquals(-1, copy(ROWS).indexOf(0));
    }

    @Test
    void shouldCopyConsecutiveNumbersWithAMarkForAbsentOnes() {
        for (int row = 0; row < ROWS; row++) {
            id(row, row + 1);
            put(row, FlowField.CWND, 7L * row);
            FlowLayout.present(memory, (long) row * FlowLayout.SIZE, FlowField.CWND, row % 5 != 0);
        }
        long[] copied = new long[200];
        copy(ROWS).copy(FlowField.CWND, 61, copied.length, copied, -3);
        for (int i = 0; i < copied.length; i++) {
            assertEquals((61 + i) % 5 == 0 ? -3 : 7 * (61 + i), copied[i], "place " + i);
        }
        copy(ROWS).copy(FlowField.SRTT, 61, copied.length, copied, -3);
        assertTrue(Arrays.stream(copied).allMatch(number -> number == -3));
    }

    @Test
    void shouldKeepTheFieldsThatAreWantedOnly() {
        id(0, 3);
        put(0, FlowField.CWND, 11);
        put(0, FlowField.SRTT, 13);
        text(0, "cubic");
        FlowColumns some = copy(1).only(List.of(FlowField.SRTT, FlowField.CONGESTION_CONTROL));
        assertEquals(0, some.indexOf(3));
        assertTrue(some.has(FlowField.SRTT, 0));
        assertEquals(13, some.number(FlowField.SRTT, 0));
        assertEquals("cubic", some.text(FlowField.CONGESTION_CONTROL, 0));
        assertFalse(some.has(FlowField.CWND, 0));
        assertFalse(some.hasColumn(FlowField.CWND));
        assertEquals(0, some.number(FlowField.CWND, 0));
    }

    @Test
    void shouldBeSortedByIdAndFindByIdAlsoBeyond31Bits() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            memory.fill((byte) 0);
            SortedSet<Long> ids = new TreeSet<>();
            int count = random.nextInt(40);
            for (int row = 0; row < count; row++) {
                long id = switch (random.nextInt(3)) {
                    case 0 -> random.nextLong(1, 50);
                    case 1 -> 0xffff_ffffL - random.nextLong(50);
                    default -> random.nextLong(0x7fff_fff0L, 0x8000_0010L);
                };
                if (ids.add(id)) {
                    id(random.nextInt(10) * 60 + row, id); // with free rows between
                }
            }
            assertSearch(copy(ROWS), ids, random, "seed " + seed + ", round " + round);
        }
    }

    private static void assertSearch(FlowColumns flows, SortedSet<Long> ids, Random random, String seed) {
        List<Long> sorted = List.copyOf(ids);
        assertEquals(sorted.size(), flows.size(), seed);
        List<Long> queries =
                new ArrayList<>(List.of(-1L, 0L, 1L, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 0x1_0000_0000L));
        queries.addAll(List.of(Long.MIN_VALUE, Long.MAX_VALUE, random.nextLong()));
        for (int i = 0; i < sorted.size(); i++) {
            assertEquals(sorted.get(i), flows.flowId(i), seed);
            queries.addAll(List.of(sorted.get(i) - 1, sorted.get(i), sorted.get(i) + 1));
        }
        for (long id : queries) {
            assertEquals(sorted.indexOf(id), flows.indexOf(id), seed + ", id " + id);
            long greater = sorted.stream().filter(one -> one > id).findFirst().orElse(-1L);
            assertEquals(greater < 0 ? sorted.size() : sorted.indexOf(greater), flows.after(id), seed + ", id " + id);
        }
    }

    @Test
    void shouldReturnEveryNumberUnsigned() {
        id(3, 7);
        for (FlowField field : FlowField.values()) {
            if (field.numeric() && !field.derived()) {
                put(3, field, -1);
            }
        }
        FlowColumns flows = copy(4);
        for (FlowField field : FlowField.values()) {
            if (field.numeric() && !field.derived()) {
                int bits = field.width().bytes() * 8;
                assertEquals(bits == 64 ? -1 : (1L << bits) - 1, flows.number(field, 0), field.toString());
                assertTrue(flows.has(field, 0) && flows.hasColumn(field), field.toString());
            }
        }
    }

    /** The process of a flow is the one that has its inode open, even if the row has another one. */
    @Test
    void shouldProjectOwnersByInode() {
        for (int row = 0; row < 3; row++) {
            id(row, row + 1);
            put(row, FlowField.PID, 99); // long dead
        }
        put(0, FlowField.INODE, 0xffff_fff0L);
        put(1, FlowField.INODE, 71); // nobody's
        SocketOwners.Builder owners = new SocketOwners.Builder();
        int self = (int) ProcessHandle.current().pid();
        owners.add(0xffff_fff0, self);
        AtomicInteger searches = new AtomicInteger();
        FlowColumns flows = FlowColumns.copyOf(new FlowRows(memory, 3), new OwnersOnDemand() {
            @Override
            public SocketOwners get() {
                searches.incrementAndGet();
                return owners.build();
            }

            @Override
            public boolean ready() {
                return searches.get() > 0;
            }
        });
        assertTrue(flows.ready(FlowField.INODE));
        assertFalse(flows.ready(FlowField.PID));
        assertFalse(flows.ready(FlowField.COMMAND));
        assertTrue(flows.hasColumn(FlowField.PID) && flows.hasColumn(FlowField.COMMAND));
        assertFalse(flows.has(FlowField.PID, 2) || flows.has(FlowField.COMMAND, 2));
        assertEquals(0, searches.get(), "no request needed an owner");
        assertTrue(flows.has(FlowField.PID, 0));
        assertEquals(self, flows.number(FlowField.PID, 0));
        assertEquals("java", flows.text(FlowField.COMMAND, 0));
        assertTrue(flows.has(FlowField.COMMAND, 0));
        assertFalse(flows.has(FlowField.PID, 1) || flows.has(FlowField.COMMAND, 1));
        assertEquals(0, flows.number(FlowField.PID, 1));
        assertEquals("", flows.text(FlowField.COMMAND, 1));
        assertEquals(99, copy(3).number(FlowField.PID, 1), "a copy without owners has those of the rows");
    }

    @Test
    void shouldDistinguishAbsentFromZero() {
        id(0, 1);
        id(1, 2);
        put(1, FlowField.SRTT, 0);
        FlowColumns flows = copy(2);
        assertFalse(flows.has(FlowField.SRTT, 0));
        assertTrue(flows.has(FlowField.SRTT, 1));
    }

    @Test
    void shouldHaveNoColumnThatNoFlowHas() {
        id(0, 1);
        put(1, FlowField.SRTT, 5); // a free row does not count
        FlowColumns flows = copy(2);
        for (FlowField field : FlowField.values()) {
            assertFalse(flows.hasColumn(field) || flows.has(field, 0), field.toString());
        }
        assertEquals(0, flows.number(FlowField.SRTT, 0));
        assertEquals("", flows.text(FlowField.CONGESTION_CONTROL, 0));
        assertEquals(0, flows.address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE, 0).length);
    }

    @Test
    void shouldReturnTextsOfTheFullWidth() {
        List<String> names = List.of("cubic", "", "sixteen_letters_", "bbr", "cubic");
        for (int row = 0; row < names.size(); row++) {
            id(row, row + 1);
            text(row, names.get(row));
        }
        FlowColumns flows = copy(names.size());
        for (int i = 0; i < names.size(); i++) {
            assertEquals(names.get(i), flows.text(FlowField.CONGESTION_CONTROL, i));
        }
        assertThrows(IllegalArgumentException.class, () -> flows.number(FlowField.CONGESTION_CONTROL, 0));
    }

    @Test
    void shouldNotMixUpMoreTextsThanAByteCanNumber() {
        for (int row = 0; row < ROWS; row++) {
            id(row, row + 1);
            text(row, "name" + row);
        }
        FlowColumns flows = copy(ROWS);
        for (int i = 0; i < ROWS; i++) {
            assertEquals("name" + i, flows.text(FlowField.CONGESTION_CONTROL, i));
        }
    }

    @Test
    void shouldReturnAddressesOfTheLengthOfTheirType() {
        int[] lengths = {0, 4, 16, 0, 20};
        byte[] bytes = new byte[20];
        new Random(1).nextBytes(bytes);
        for (int row = 0; row < lengths.length; row++) {
            id(row, row + 1);
            put(row, FlowField.REMOTE_ADDRESS_TYPE, row);
            long at = (long) row * FlowLayout.SIZE + FlowLayout.offset(FlowField.REMOTE_ADDRESS);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
            FlowLayout.present(memory, (long) row * FlowLayout.SIZE, FlowField.REMOTE_ADDRESS, true);
        }
        FlowColumns flows = copy(lengths.length);
        for (int i = 0; i < lengths.length; i++) {
            assertArrayEquals(
                    Arrays.copyOf(bytes, lengths[i]),
                    flows.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, i));
        }
    }

    @Test
    void shouldNotChangeWithTheRows() {
        id(0, 1);
        put(0, FlowField.CWND, 10);
        FlowColumns flows = copy(1);
        put(0, FlowField.CWND, 20);
        id(0, 2);
        assertEquals(10, flows.number(FlowField.CWND, 0));
        assertEquals(1, flows.flowId(0));
    }

    @Test
    void shouldLeaveOutARowThatIsNeverWhole() {
        id(0, 1);
        id(1, 2);
        memory.set(ValueLayout.JAVA_INT, FlowLayout.SEQUENCE, 3); // its writer died halfway
        FlowColumns flows = copy(2);
        assertEquals(1, flows.size());
        assertEquals(2, flows.flowId(0));
    }
}
