package io.tcpprobe.kernel.flow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * The layout of a row: one flow in native memory, the same for every source, in native byte order.
 *
 * <pre>
 *     0  u32  sequence   odd while the row is written
 *     4  u32  flow id    0 = the row is free
 *     8  u64  present    bit i: the field with id i is present
 *    16  u64  present    bit i: the field with id 64 + i is present
 *    24  u64  present    bit i: the field with id 128 + i is present
 *    32       the fields of {@link FlowField}, in the order of their ids within each width:
 *             U64, then U32, ADDRESS, TEXT, U16, U8
 *  SIZE       a multiple of 64, a cache line
 * </pre>
 */
public final class FlowLayout {
    public static final int SEQUENCE = 0;
    public static final int FLOW_ID = 4;
    public static final int PRESENT_LOW = 8;
    public static final int PRESENT_HIGH = 16;
    public static final int PRESENT_TOP = 24;

    /** Number of words of presence bits. */
    static final int PRESENT_WORDS = 3;

    private static final int FIRST_FIELD = 32;
    private static final int CACHE_LINE = 64;
    private static final FlowField.Width[] ORDER = {
        FlowField.Width.U64,
        FlowField.Width.U32,
        FlowField.Width.ADDRESS,
        FlowField.Width.TEXT,
        FlowField.Width.U16,
        FlowField.Width.U8
    };
    private static final Map<FlowField, Integer> OFFSETS = new EnumMap<>(FlowField.class);

    /** Size of a row in bytes. */
    public static final int SIZE = layOut();

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

    private FlowLayout() {}

    private static int layOut() {
        int offset = FIRST_FIELD;
        for (FlowField.Width width : ORDER) {
            for (FlowField field : FlowField.values()) {
                if (field.width() == width) {
                    OFFSETS.put(field, offset);
                    offset += width.bytes();
                }
            }
        }
        return (offset + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    }

    /** Returns the offset of a field in the row. */
    public static int offset(FlowField field) {
        return OFFSETS.getOrDefault(field, -1);
    }

    /** Returns the offset in the row of the word with a field's presence bit; the number of the bit is the id modulo 64. */
    public static int presence(FlowField field) {
        return PRESENT_LOW + field.id() / Long.SIZE * Long.BYTES;
    }

    /** Writes a number into the row that begins at {@code row}; does not change its presence bit. */
    public static void put(MemorySegment memory, long row, FlowField field, long value) {
        long at = row + offset(field);
        switch (field.width()) {
            case U8 -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
            case U16 -> memory.set(SHORT, at, (short) value);
            case U32 -> memory.set(INT, at, (int) value);
            case U64 -> memory.set(LONG, at, value);
            case TEXT, ADDRESS -> throw new IllegalArgumentException(field + " is not a number");
        }
    }

    /** Returns the presence words of a row that has exactly these fields. */
    public static long[] presenceOf(Collection<FlowField> fields) {
        long[] words = new long[PRESENT_WORDS];
        fields.forEach(field -> words[field.id() / Long.SIZE] |= 1L << field.id());
        return words;
    }

    /** Makes the fields of {@link #presenceOf} present in the row that begins at {@code row}, and all others absent. */
    public static void setPresence(MemorySegment memory, long row, long[] words) {
        for (int word = 0; word < PRESENT_WORDS; word++) {
            memory.set(LONG, row + PRESENT_LOW + (long) word * Long.BYTES, words[word]);
        }
    }

    /** Makes all fields of the row absent. */
    public static void clearPresence(MemorySegment memory, long row) {
        for (int word = 0; word < PRESENT_WORDS; word++) {
            memory.set(LONG, row + PRESENT_LOW + (long) word * Long.BYTES, 0);
        }
    }

    /** Marks a field of the row as present or as absent. */
    public static void present(MemorySegment memory, long row, FlowField field, boolean present) {
        long at = row + presence(field);
        long bit = 1L << field.id();
        long bits = memory.get(LONG, at);
        memory.set(LONG, at, present ? bits | bit : bits & ~bit);
    }

    /**
     * Returns a number of the row that begins at {@code row}, unsigned unless it has 64 bits; does not check its presence bit.
     */
    public static long number(MemorySegment memory, long row, FlowField field) {
        long at = row + offset(field);
        return switch (field.width()) {
            case U8 -> Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, at));
            case U16 -> Short.toUnsignedLong(memory.get(SHORT, at));
            case U32 -> Integer.toUnsignedLong(memory.get(INT, at));
            case U64 -> memory.get(LONG, at);
            case TEXT, ADDRESS -> throw new IllegalArgumentException(field + " is not a number");
        };
    }

    /** Returns true if a field of the row is present. */
    public static boolean has(MemorySegment memory, long row, FlowField field) {
        long bits = memory.get(LONG, row + presence(field));
        return (bits >>> field.id() & 1) != 0;
    }
}
