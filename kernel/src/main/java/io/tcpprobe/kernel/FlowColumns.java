package io.tcpprobe.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable copy of a source's rows, by columns, in the order of their flow ids. A column that no flow has takes no
 * memory. Flow ids are unsigned 32-bit numbers and are given as such, in a long.
 */
public final class FlowColumns {
    private static final int TRIES = 1000;
    private static final VarHandle SEQUENCE = ValueLayout.JAVA_INT.varHandle();

    private final int[] flowIds;
    private final long[] presentLow;
    private final long[] presentHigh;
    private final byte[] @Nullable [] bytes = new byte[FlowField.ID_LIMIT][];
    private final short[] @Nullable [] shorts = new short[FlowField.ID_LIMIT][];
    private final int[] @Nullable [] ints = new int[FlowField.ID_LIMIT][];
    private final long[] @Nullable [] longs = new long[FlowField.ID_LIMIT][];
    private final List<String> texts = new ArrayList<>();
    private final Map<TextWords, Integer> textNumbers = new HashMap<>();
    private int size;

    /** The fields that some copied row had; not each of them need have a column. */
    private long foundLow;

    private long foundHigh;
    private boolean complete;

    /** The 16 bytes of a text. */
    private record TextWords(long first, long second) {}

    /** Copies the rows that are in use. A row that is being written is read again until it is whole. */
    public static FlowColumns copyOf(FlowRows rows) {
        FlowColumns first = new FlowColumns(rows, 0, 0);
        // A field that no row showed at first, while it was being written, has no column: once more, with one.
        return first.complete ? first : new FlowColumns(rows, first.foundLow, first.foundHigh);
    }

    private FlowColumns(FlowRows rows, long wantedLow, long wantedHigh) {
        long[] order = new long[rows.count()];
        int used = 0;
        long anyLow = wantedLow;
        long anyHigh = wantedHigh;
        MemorySegment memory = rows.memory();
        for (int i = 0; i < rows.count(); i++) {
            long row = (long) i * FlowLayout.SIZE;
            int id = memory.get(FlowLayout.INT, row + FlowLayout.FLOW_ID);
            if (id != 0) {
                order[used++] = Integer.toUnsignedLong(id) << Integer.SIZE | i;
                anyLow |= memory.get(FlowLayout.LONG, row + FlowLayout.PRESENT_LOW);
                anyHigh |= memory.get(FlowLayout.LONG, row + FlowLayout.PRESENT_HIGH);
            }
        }
        sortUnsigned(order, used);
        flowIds = new int[used];
        presentLow = new long[used];
        presentHigh = new long[used];
        Copy copy = allocate(anyLow, anyHigh);
        for (int i = 0; i < used; i++) {
            long row = (order[i] & 0xffff_ffffL) * FlowLayout.SIZE;
            int id = (int) (order[i] >>> Integer.SIZE);
            if (copy.row(memory, row, id, size)) {
                foundLow |= presentLow[size];
                foundHigh |= presentHigh[size];
                presentLow[size] &= anyLow;
                presentHigh[size] &= anyHigh;
                size++;
            }
        }
        complete = (foundLow & ~anyLow | foundHigh & ~anyHigh) == 0;
    }

    /** Sorts as unsigned numbers: ids beyond 2^31 come last, as SNMP has them. */
    private static void sortUnsigned(long[] order, int used) {
        for (int i = 0; i < used; i++) {
            order[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(order, 0, used);
        for (int i = 0; i < used; i++) {
            order[i] ^= Long.MIN_VALUE;
        }
    }

    private Copy allocate(long anyLow, long anyHigh) {
        int capacity = flowIds.length;
        Copy copy = new Copy();
        for (FlowField field : FlowField.values()) {
            long any = field.id() < Long.SIZE ? anyLow : anyHigh;
            if ((any >>> field.id() & 1) == 0) {
                continue;
            }
            int id = field.id();
            switch (field.width()) {
                case U8 -> {
                    bytes[id] = new byte[capacity];
                    copy.bytes.add(new Part<>(field, bytes[id]));
                }
                case U16 -> {
                    shorts[id] = new short[capacity];
                    copy.shorts.add(new Part<>(field, shorts[id]));
                }
                case U32 -> {
                    ints[id] = new int[capacity];
                    copy.ints.add(new Part<>(field, ints[id]));
                }
                case U64 -> {
                    longs[id] = new long[capacity];
                    copy.longs.add(new Part<>(field, longs[id]));
                }
                case TEXT -> {
                    ints[id] = new int[capacity];
                    copy.texts.add(new Part<>(field, ints[id]));
                }
                case ADDRESS -> {
                    bytes[id] = new byte[capacity * field.width().bytes()];
                    copy.addresses.add(new Part<>(field, bytes[id]));
                }
            }
        }
        return copy;
    }

    /** A column that is being filled. */
    private record Part<A>(int offset, A array) {
        Part(FlowField field, A array) {
            this(FlowLayout.offset(field), array);
        }
    }

    /** The columns that are being filled, by their widths. */
    private final class Copy {
        final List<Part<byte[]>> bytes = new ArrayList<>();
        final List<Part<short[]>> shorts = new ArrayList<>();
        final List<Part<int[]>> ints = new ArrayList<>();
        final List<Part<long[]>> longs = new ArrayList<>();
        final List<Part<int[]>> texts = new ArrayList<>();
        final List<Part<byte[]>> addresses = new ArrayList<>();

        /** Copies one row to position {@code at}; false if the row has passed to another flow. */
        boolean row(MemorySegment memory, long row, int id, int at) {
            for (int i = 0; i < TRIES; i++) {
                int before = (int) SEQUENCE.getAcquire(memory, row + FlowLayout.SEQUENCE);
                if ((before & 1) != 0) {
                    Thread.onSpinWait();
                    continue;
                }
                fields(memory, row, at);
                boolean same = memory.get(FlowLayout.INT, row + FlowLayout.FLOW_ID) == id;
                VarHandle.loadLoadFence();
                if ((int) SEQUENCE.getAcquire(memory, row + FlowLayout.SEQUENCE) == before) {
                    flowIds[at] = id;
                    return same;
                }
            }
            return false;
        }

        private void fields(MemorySegment memory, long row, int at) {
            presentLow[at] = memory.get(FlowLayout.LONG, row + FlowLayout.PRESENT_LOW);
            presentHigh[at] = memory.get(FlowLayout.LONG, row + FlowLayout.PRESENT_HIGH);
            for (int i = 0; i < ints.size(); i++) {
                ints.get(i).array[at] = memory.get(FlowLayout.INT, row + ints.get(i).offset);
            }
            for (int i = 0; i < longs.size(); i++) {
                longs.get(i).array[at] = memory.get(FlowLayout.LONG, row + longs.get(i).offset);
            }
            for (int i = 0; i < shorts.size(); i++) {
                shorts.get(i).array[at] = memory.get(FlowLayout.SHORT, row + shorts.get(i).offset);
            }
            for (int i = 0; i < bytes.size(); i++) {
                bytes.get(i).array[at] = memory.get(ValueLayout.JAVA_BYTE, row + bytes.get(i).offset);
            }
            for (int i = 0; i < texts.size(); i++) {
                texts.get(i).array[at] = textNumber(memory, row + texts.get(i).offset);
            }
            int width = FlowField.Width.ADDRESS.bytes();
            for (int i = 0; i < addresses.size(); i++) {
                MemorySegment.copy(
                        memory,
                        ValueLayout.JAVA_BYTE,
                        row + addresses.get(i).offset,
                        addresses.get(i).array,
                        at * width,
                        width);
            }
        }
    }

    /** The number of a text in {@link #texts}; there are few different ones (names of algorithms). */
    private int textNumber(MemorySegment memory, long at) {
        TextWords words = new TextWords(
                memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at),
                memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at + Long.BYTES));
        Integer known = textNumbers.get(words);
        if (known != null) {
            return known;
        }
        // Not from memory again: the row may be written to meanwhile.
        byte[] raw = ByteBuffer.allocate(FlowField.Width.TEXT.bytes())
                .order(ByteOrder.nativeOrder())
                .putLong(words.first)
                .putLong(words.second)
                .array();
        String text = new String(raw, StandardCharsets.US_ASCII);
        int end = text.indexOf(0);
        texts.add(end < 0 ? text : text.substring(0, end));
        textNumbers.put(words, texts.size() - 1);
        return texts.size() - 1;
    }

    /** How many flows there are. */
    public int size() {
        return size;
    }

    /** The flow's id, 1 to 2^32 - 1. */
    public long flowId(int index) {
        return Integer.toUnsignedLong(flowIds[index]);
    }

    /** The place of the first flow whose id is greater than this; {@link #size()} if there is none. */
    public int after(long flowId) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (flowId(middle) <= flowId) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The place of the flow with this id, or -1. */
    public int indexOf(long flowId) {
        int at = after(flowId - 1);
        return at < size && flowId(at) == flowId ? at : -1;
    }

    /** Whether a flow has a field. */
    public boolean has(FlowField field, int index) {
        long bits = field.id() < Long.SIZE ? presentLow[index] : presentHigh[index];
        return (bits >>> field.id() & 1) != 0;
    }

    /** Whether any flow has a field. */
    public boolean hasColumn(FlowField field) {
        return switch (field.width()) {
            case U8, ADDRESS -> bytes[field.id()] != null;
            case U16 -> shorts[field.id()] != null;
            case U32, TEXT -> ints[field.id()] != null;
            case U64 -> longs[field.id()] != null;
        };
    }

    /** A number, as unsigned as its width allows: U64 keeps its bits. What an absent field gives means nothing. */
    public long number(FlowField field, int index) {
        return switch (field.width()) {
            case U8 -> {
                byte[] column = bytes[field.id()];
                yield column == null ? 0 : Byte.toUnsignedLong(column[index]);
            }
            case U16 -> {
                short[] column = shorts[field.id()];
                yield column == null ? 0 : Short.toUnsignedLong(column[index]);
            }
            case U32 -> {
                int[] column = ints[field.id()];
                yield column == null ? 0 : Integer.toUnsignedLong(column[index]);
            }
            case U64 -> {
                long[] column = longs[field.id()];
                yield column == null ? 0 : column[index];
            }
            case TEXT, ADDRESS -> throw new IllegalArgumentException(field + " is no number");
        };
    }

    /** A text; empty if absent. */
    public String text(FlowField field, int index) {
        int[] column = ints[field.id()];
        return column == null || !has(field, index) ? "" : texts.get(column[index]);
    }

    /** An address as RFC 4001 has it: 4 bytes for ipv4, 16 for ipv6, 20 for ipv6z. */
    public byte[] address(FlowField field, FlowField type, int index) {
        byte[] column = bytes[field.id()];
        int length = AddressType.of(number(type, index)).bytes();
        int from = index * FlowField.Width.ADDRESS.bytes();
        return column == null ? new byte[0] : Arrays.copyOfRange(column, from, from + length);
    }
}
