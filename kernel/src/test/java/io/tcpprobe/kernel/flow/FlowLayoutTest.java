package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The row, and the list of fields that it is made from. */
class FlowLayoutTest {
    private static final int HEADER = 32;

    @Test
    void shouldAssignDistinctBytesToEveryField() {
        BitSet taken = new BitSet();
        taken.set(0, HEADER);
        for (FlowField field : FlowField.values()) {
            int from = FlowLayout.offset(field);
            int to = from + field.width().bytes();
            assertEquals(-1, firstTaken(taken, from, to), field.toString());
            taken.set(from, to);
        }
        assertTrue(taken.length() <= FlowLayout.SIZE);
    }

    private static int firstTaken(BitSet taken, int from, int to) {
        int first = taken.nextSetBit(from);
        return first < to ? first : -1;
    }

    @Test
    void shouldTakeWholeCacheLines() {
        assertEquals(0, FlowLayout.SIZE % 64);
    }

    @ParameterizedTest
    @EnumSource
    void shouldAlignNumbersToTheirWidth(FlowField field) {
        if (field.numeric()) {
            assertEquals(0, FlowLayout.offset(field) % field.width().bytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWriteAFieldAndNothingElse(FlowField field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(3L * FlowLayout.SIZE, 8);
            if (!field.numeric()) {
                assertThrows(IllegalArgumentException.class, () -> FlowLayout.put(memory, FlowLayout.SIZE, field, 1));
                return;
            }
            FlowLayout.put(memory, FlowLayout.SIZE, field, -1);
            byte[] expected = new byte[3 * FlowLayout.SIZE];
            int at = FlowLayout.SIZE + FlowLayout.offset(field);
            Arrays.fill(expected, at, at + field.width().bytes(), (byte) -1);
            assertArrayEquals(expected, memory.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldMarkPresenceInTheBitOfTheId(FlowField field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(FlowLayout.SIZE, 8);
            FlowLayout.present(memory, 0, field, true);
            BitSet present =
                    BitSet.valueOf(memory.asSlice(FlowLayout.PRESENT_LOW, 24).toArray(ValueLayout.JAVA_LONG));
            BitSet alone = new BitSet();
            alone.set(field.id());
            assertEquals(alone, present);
            FlowLayout.present(memory, 0, field, false);
            assertArrayEquals(new byte[FlowLayout.SIZE], memory.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveExactlyTheSetFieldsAndNoneWhenCleared(FlowField field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(FlowLayout.SIZE, 8);
            for (FlowField other : FlowField.values()) {
                FlowLayout.present(memory, 0, other, true);
            }
            FlowLayout.setPresence(memory, 0, FlowLayout.presenceOf(Set.of(field)));
            for (FlowField other : FlowField.values()) {
                assertEquals(other == field, FlowLayout.has(memory, 0, other), other.label());
            }
            FlowLayout.clearPresence(memory, 0);
            assertArrayEquals(new byte[FlowLayout.SIZE], memory.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void shouldHaveIdsAndNamesOfTheirOwn() {
        Set<Integer> ids = new HashSet<>();
        Set<String> labels = new HashSet<>();
        int last = 1;
        for (FlowField field : FlowField.all()) {
            assertTrue(ids.add(field.id()), field.toString());
            assertTrue(labels.add(field.label()), field.toString());
            assertTrue(field.id() > last && field.id() < 192, field + ": ids are in order, from 2 to 191");
            last = field.id();
            assertTrue(field.label().matches("[a-z][a-zA-Z0-9]+"), field.label());
            assertFalse(field.doc().isBlank() || field.origin().isBlank(), field.toString());
            assertSame(field, FlowField.find(field.label()).orElseThrow());
        }
        assertTrue(last < FlowField.ID_LIMIT);
    }

    /** Managers rely on these columns. */
    @Test
    void shouldKeepTheAssignedIds() {
        List<String> first = List.of(
                "localAddressType",
                "localAddress",
                "localPort",
                "remoteAddressType",
                "remoteAddress",
                "remotePort",
                "state",
                "cwnd",
                "ssthresh",
                "sendWindow",
                "srtt",
                "rttvar",
                "rto",
                "lost",
                "retrans",
                "inFlight",
                "frto",
                "receiveQueue",
                "sendQueue",
                "socketIdf",
                "sndNxt",
                "sndUna",
                "length");
        for (int i = 0; i < first.size(); i++) {
            FlowField field = FlowField.find(first.get(i)).orElseThrow();
            assertEquals(i + 2, field.id(), field.label());
        }
    }

    @Test
    void shouldKnowTheStatesOfTheKernelAndOfTheMib() {
        int[] mibByKernel = {0, 5, 3, 4, 6, 7, 11, 1, 8, 9, 2, 10, 4};
        for (int kernel = 1; kernel < mibByKernel.length; kernel++) {
            TcpState state = TcpState.ofKernel(kernel);
            assertEquals(mibByKernel[kernel], state == null ? 0 : state.mib());
        }
        for (int none : List.of(-1, 0, 13, 255)) {
            assertNull(TcpState.ofKernel(none));
        }
    }
}
