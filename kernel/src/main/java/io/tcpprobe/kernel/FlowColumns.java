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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable copy of a source's rows, by columns, in the order of their flow ids. A column that no flow has takes no
 * memory. Flow ids are unsigned 32-bit numbers and are given as such, in a long.
 */
public final class FlowColumns {
    private static final int TRIES = 1000;
    private static final VarHandle SEQUENCE = ValueLayout.JAVA_INT.varHandle();

    private final int[] flowIds;
    private final long[][] present = new long[FlowLayout.PRESENT_WORDS][];
    private final byte[] @Nullable [] bytes = new byte[FlowField.ID_LIMIT][];
    private final short[] @Nullable [] shorts = new short[FlowField.ID_LIMIT][];
    private final int[] @Nullable [] ints = new int[FlowField.ID_LIMIT][];
    private final long[] @Nullable [] longs = new long[FlowField.ID_LIMIT][];
    private final List<String> texts = new ArrayList<>();
    private final Map<TextWords, Integer> textNumbers = new HashMap<>();
    private int size;

    /** The fields that some copied row had; not each of them need have a column. */
    private final long[] found = new long[FlowLayout.PRESENT_WORDS];

    private final boolean complete;

    /** The 16 bytes of a text. */
    private record TextWords(long first, long second) {}

    /** Copies the rows that are in use. A row that is being written is read again until it is whole. */
    public static FlowColumns copyOf(FlowRows rows) {
        FlowColumns first = new FlowColumns(rows, new long[FlowLayout.PRESENT_WORDS]);
        // A field that no row showed at first, while it was being written, has no column: once more, with one.
        return first.complete ? first : new FlowColumns(rows, first.found);
    }

    private FlowColumns(FlowRows rows, long[] wanted) {
        long[] order = new long[rows.count()];
        int used = 0;
        long[] any = wanted.clone();
        MemorySegment memory = rows.memory();
        for (int i = 0; i < rows.count(); i++) {
            long row = (long) i * FlowLayout.SIZE;
            int id = memory.get(FlowLayout.INT, row + FlowLayout.FLOW_ID);
            if (id != 0) {
                order[used++] = Integer.toUnsignedLong(id) << Integer.SIZE | i;
                for (int word = 0; word < any.length; word++) {
                    any[word] |= presence(memory, row, word);
                }
            }
        }
        sortUnsigned(order, used);
        flowIds = new int[used];
        for (int word = 0; word < present.length; word++) {
            present[word] = new long[used];
        }
        Copy copy = allocate(any);
        for (int i = 0; i < used; i++) {
            long row = (order[i] & 0xffff_ffffL) * FlowLayout.SIZE;
            int id = (int) (order[i] >>> Integer.SIZE);
            copy.row(memory, row, id);
        }
        copy.flush();
        complete = IntStream.range(0, any.length).allMatch(word -> (found[word] & ~any[word]) == 0);
    }

    private static long presence(MemorySegment memory, long row, int word) {
        return memory.get(FlowLayout.LONG, row + FlowLayout.PRESENT_LOW + (long) word * Long.BYTES);
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

    private Copy allocate(long[] any) {
        int capacity = flowIds.length;
        Copy copy = new Copy(any);
        for (FlowField field : FlowField.values()) {
            if ((any[field.id() / Long.SIZE] >>> field.id() & 1) == 0) {
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
                    copy.texts.add(new TextPart(FlowLayout.offset(field), ints[id]));
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

    /** A column of texts that is being filled with their numbers in {@link #texts}. Many flows in a row have the same. */
    private final class TextPart {
        private final int offset;
        private final int[] array;
        private TextWords last = new TextWords(0, 0);
        private int lastNumber = -1;

        TextPart(int offset, int[] array) {
            this.offset = offset;
            this.array = array;
        }

        void copy(MemorySegment memory, long row, int at) {
            long from = row + offset;
            long first = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, from);
            long second = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, from + Long.BYTES);
            if (lastNumber < 0 || last.first != first || last.second != second) {
                last = new TextWords(first, second);
                lastNumber = textNumbers.computeIfAbsent(last, FlowColumns.this::addText);
            }
            array[at] = lastNumber;
        }
    }

    /**
     * The columns that are being filled, by their widths. Rows are taken whole into a block that the cache holds, and from
     * there column by column: that is several times as fast as going through all columns with every row.
     */
    private final class Copy {
        private static final int BLOCK = 128;

        final long[] any;
        final List<Part<byte[]>> bytes = new ArrayList<>();
        final List<Part<short[]>> shorts = new ArrayList<>();
        final List<Part<int[]>> ints = new ArrayList<>();
        final List<Part<long[]>> longs = new ArrayList<>();
        final List<TextPart> texts = new ArrayList<>();
        final List<Part<byte[]>> addresses = new ArrayList<>();
        private final MemorySegment block = MemorySegment.ofArray(new long[BLOCK * FlowLayout.SIZE / Long.BYTES]);
        private int filled;

        /** Of the fields that have columns; one that comes up since is left out, and {@link #complete} tells. */
        Copy(long[] any) {
            this.any = any;
        }

        /** Takes one row, unless it has passed to another flow. */
        void row(MemorySegment memory, long row, int id) {
            if (take(memory, row, id)) {
                filled++;
                if (filled == BLOCK) {
                    flush();
                }
            }
        }

        private boolean take(MemorySegment memory, long row, int id) {
            long to = (long) filled * FlowLayout.SIZE;
            for (int i = 0; i < TRIES; i++) {
                int before = (int) SEQUENCE.getAcquire(memory, row + FlowLayout.SEQUENCE);
                if ((before & 1) != 0) {
                    Thread.onSpinWait();
                    continue;
                }
                MemorySegment.copy(memory, row, block, to, FlowLayout.SIZE);
                VarHandle.loadLoadFence();
                if ((int) SEQUENCE.getAcquire(memory, row + FlowLayout.SEQUENCE) == before) {
                    return block.get(FlowLayout.INT, to + FlowLayout.FLOW_ID) == id;
                }
            }
            return false;
        }

        /** Gives the rows that were taken to the columns. */
        void flush() {
            for (int i = 0; i < filled; i++) {
                long row = (long) i * FlowLayout.SIZE;
                flowIds[size + i] = block.get(FlowLayout.INT, row + FlowLayout.FLOW_ID);
                for (int word = 0; word < any.length; word++) {
                    long bits = presence(block, row, word);
                    found[word] |= bits;
                    present[word][size + i] = bits & any[word];
                }
            }
            ints.forEach(part -> flushInts(part.offset, part.array));
            longs.forEach(part -> flushLongs(part.offset, part.array));
            shorts.forEach(part -> flushShorts(part.offset, part.array));
            bytes.forEach(part -> flushBytes(part.offset, part.array));
            texts.forEach(this::flushTexts);
            addresses.forEach(part -> flushAddresses(part.offset, part.array));
            size += filled;
            filled = 0;
        }

        private void flushInts(int offset, int[] column) {
            for (int i = 0; i < filled; i++) {
                column[size + i] = block.get(FlowLayout.INT, (long) i * FlowLayout.SIZE + offset);
            }
        }

        private void flushLongs(int offset, long[] column) {
            for (int i = 0; i < filled; i++) {
                column[size + i] = block.get(FlowLayout.LONG, (long) i * FlowLayout.SIZE + offset);
            }
        }

        private void flushShorts(int offset, short[] column) {
            for (int i = 0; i < filled; i++) {
                column[size + i] = block.get(FlowLayout.SHORT, (long) i * FlowLayout.SIZE + offset);
            }
        }

        private void flushBytes(int offset, byte[] column) {
            for (int i = 0; i < filled; i++) {
                column[size + i] = block.get(ValueLayout.JAVA_BYTE, (long) i * FlowLayout.SIZE + offset);
            }
        }

        private void flushTexts(TextPart part) {
            for (int i = 0; i < filled; i++) {
                part.copy(block, (long) i * FlowLayout.SIZE, size + i);
            }
        }

        private void flushAddresses(int offset, byte[] column) {
            int width = FlowField.Width.ADDRESS.bytes();
            for (int i = 0; i < filled; i++) {
                long from = (long) i * FlowLayout.SIZE + offset;
                MemorySegment.copy(block, ValueLayout.JAVA_BYTE, from, column, (size + i) * width, width);
            }
        }
    }

    private int addText(TextWords words) {
        ByteBuffer raw = ByteBuffer.allocate(FlowField.Width.TEXT.bytes()).order(ByteOrder.nativeOrder());
        raw.putLong(words.first).putLong(words.second);
        String text = new String(raw.array(), StandardCharsets.US_ASCII);
        int end = text.indexOf(0);
        texts.add(end < 0 ? text : text.substring(0, end));
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
        return (present[field.id() / Long.SIZE][index] >>> field.id() & 1) != 0;
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
