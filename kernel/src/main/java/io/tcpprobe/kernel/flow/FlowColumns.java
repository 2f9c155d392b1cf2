package io.tcpprobe.kernel.flow;

import io.tcpprobe.kernel.flow.RowBlock.Cell;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of a source's rows, stored by columns, in the order of the flow ids. Flow ids are unsigned 32-bit
 * numbers, held in a long. A column that no flow has uses no memory, and one with similar numbers uses little.
 */
public final class FlowColumns {
    /** Number of rows that are compressed together. */
    public static final int BLOCK_ROWS = PackedColumn.BLOCK;

    private static final Cell FLOW_ID = Cell.at(FlowLayout.FLOW_ID, Integer.BYTES);
    private static final List<Cell> PRESENT = IntStream.range(0, FlowLayout.PRESENT_WORDS)
            .mapToObj(word -> Cell.at(FlowLayout.PRESENT_LOW + word * Long.BYTES, Long.BYTES))
            .toList();
    private static final List<FieldCells> FIELDS =
            Arrays.stream(FlowField.values()).map(FieldCells::of).toList();

    private final int size;
    private final long completeNanos;
    private final PackedColumn flowIds;
    private final PackedColumn[] present;

    /** By field id: one column of numbers or of indexes into {@link #texts}, or one column per cell of an address. */
    private final PackedColumn[] @Nullable [] columns = new PackedColumn[FlowField.ID_LIMIT][];

    private final Texts texts;

    /** The current owners of the flows' sockets; null to use those in the rows. */
    private final @Nullable OwnersOnDemand owners;

    /** The cells of a field in a row. An address has several cells of four bytes; a text is not read by cells. */
    private record FieldCells(FlowField field, List<Cell> cells) {
        static FieldCells of(FlowField field) {
            int offset = FlowLayout.offset(field);
            int bytes = field.width().bytes();
            int each = field.width() == FlowField.Width.ADDRESS ? Integer.BYTES : Math.min(bytes, Long.BYTES);
            return new FieldCells(
                    field,
                    IntStream.range(0, field.width() == FlowField.Width.TEXT ? 1 : bytes / each)
                            .mapToObj(i -> Cell.at(offset + i * each, each))
                            .toList());
        }
    }

    /** Returns columns without flows. */
    public static FlowColumns none() {
        return new FlowColumns(new FlowRows(MemorySegment.NULL, 0), null);
    }

    /** Copies the rows that are in use. A row that is being written is read again until it is consistent. */
    public static FlowColumns copyOf(FlowRows rows) {
        return new FlowColumns(rows, null);
    }

    /**
     * Copies the rows that are in use, with process and command of a flow taken from the owners of its socket's inode instead
     * of the row: a socket can change its owner without a segment being sent.
     */
    public static FlowColumns copyOf(FlowRows rows, OwnersOnDemand owners) {
        return new FlowColumns(rows, owners);
    }

    private FlowColumns(FlowRows rows, @Nullable OwnersOnDemand owners) {
        this.owners = owners;
        completeNanos = rows.completeNanos();
        texts = new Texts();
        long[] order = order(rows);
        flowIds = new PackedColumn(order.length);
        present = PRESENT.stream().map(_ -> new PackedColumn(order.length)).toArray(PackedColumn[]::new);
        RowBlock block = new RowBlock(Math.min(order.length, BLOCK_ROWS));
        int copied = 0;
        for (long idAndRow : order) {
            long row = (idAndRow & 0xffff_ffffL) * FlowLayout.SIZE;
            block.add(rows.memory(), row, (int) (idAndRow >>> Integer.SIZE));
            if (block.isFull()) {
                copied += fill(copied, order.length, block);
            }
        }
        size = copied + fill(copied, order.length, block);
    }

    private FlowColumns(FlowColumns all, Collection<FlowField> some) {
        owners = null;
        completeNanos = all.completeNanos;
        size = all.size;
        flowIds = all.flowIds;
        present = all.present;
        texts = all.texts;
        some.forEach(field -> columns[field.id()] = all.columns[field.id()]);
    }

    /** Returns the rows in use in the order of the flow ids: the id in the upper half, the index of the row in the lower. */
    private static long[] order(FlowRows rows) {
        long[] order = new long[rows.count()];
        int used = 0;
        for (int i = 0; i < rows.count(); i++) {
            int id = rows.memory().get(FlowLayout.INT, (long) i * FlowLayout.SIZE + FlowLayout.FLOW_ID);
            if (id != 0) {
                order[used++] = Integer.toUnsignedLong(id) << Integer.SIZE | i;
            }
        }
        return sortedAsUnsigned(Arrays.copyOf(order, used));
    }

    /** Sorts ids as unsigned numbers, the order of SNMP. */
    private static long[] sortedAsUnsigned(long[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(numbers);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] ^= Long.MIN_VALUE;
        }
        return numbers;
    }

    /** Adds a block of rows to the columns and empties the block; returns the number of rows. */
    private int fill(int copied, int capacity, RowBlock block) {
        int count = block.size();
        if (count == 0) {
            return 0;
        }
        int at = copied / BLOCK_ROWS;
        long[] scratch = new long[BLOCK_ROWS];
        flowIds.set(at, block.gather(FLOW_ID, scratch), count);
        long[] any = new long[present.length];
        for (int word = 0; word < present.length; word++) {
            present[word].set(at, block.gather(PRESENT.get(word), scratch), count);
            any[word] = Arrays.stream(scratch, 0, count).reduce(0, (one, other) -> one | other);
        }
        for (FieldCells field : FIELDS) {
            int id = field.field.id();
            if ((any[id / Long.SIZE] >>> id & 1) != 0) {
                fill(field, at, capacity, block, scratch);
            }
        }
        block.clear();
        return count;
    }

    private void fill(FieldCells field, int at, int capacity, RowBlock block, long[] scratch) {
        PackedColumn[] parts = columns[field.field.id()];
        if (parts == null) {
            parts = field.cells.stream().map(_ -> new PackedColumn(capacity)).toArray(PackedColumn[]::new);
            columns[field.field.id()] = parts;
        }
        if (field.field.width() == FlowField.Width.TEXT) {
            parts[0].set(at, texts.indexes(block, FlowLayout.offset(field.field), scratch), block.size());
            return;
        }
        for (int i = 0; i < parts.length; i++) {
            parts[i].set(at, block.gather(field.cells.get(i), scratch), block.size());
        }
    }

    /** The distinct texts. Many consecutive flows have the same one. */
    private static final class Texts {
        private final List<String> texts = new ArrayList<>();
        private final Map<Words, Integer> indexes = new HashMap<>();

        /** The 16 bytes of a text. */
        private record Words(long first, long second) {}

        String get(long index) {
            return texts.get((int) index);
        }

        /** Returns the indexes of the texts of the rows of a block. */
        long[] indexes(RowBlock block, int offset, long[] scratch) {
            Words last = new Words(block.word(0, offset), block.word(0, offset + Long.BYTES));
            int index = indexOf(last);
            for (int row = 0; row < block.size(); row++) {
                long first = block.word(row, offset);
                long second = block.word(row, offset + Long.BYTES);
                if (first != last.first || second != last.second) {
                    last = new Words(first, second);
                    index = indexOf(last);
                }
                scratch[row] = index;
            }
            return scratch;
        }

        private int indexOf(Words words) {
            return indexes.computeIfAbsent(words, this::add);
        }

        private int add(Words words) {
            ByteBuffer raw = ByteBuffer.allocate(FlowField.Width.TEXT.bytes()).order(ByteOrder.nativeOrder());
            raw.putLong(words.first).putLong(words.second);
            String text = new String(raw.array(), StandardCharsets.US_ASCII);
            int end = text.indexOf(0);
            texts.add(end < 0 ? text : text.substring(0, end));
            return texts.size() - 1;
        }
    }

    /** Returns the number of flows. */
    public int size() {
        return size;
    }

    /**
     * Returns the time until which the rows are complete, see {@link FlowRows#completeNanos}, but at most when the snapshot was taken.
     *
     * @param takenNanos when it was taken
     */
    public long completeNanos(long takenNanos) {
        return Math.min(takenNanos, completeNanos);
    }

    /** Returns the flow id at this index, 1 to 2^32 - 1. */
    public long flowId(int index) {
        return flowIds.get(index);
    }

    /** Returns the index of the first flow whose id is greater than this; {@link #size()} if there is none. */
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

    /** Returns the index of the flow with this id, or -1. */
    public int indexOf(long flowId) {
        int at = after(flowId - 1);
        return at < size && flowId(at) == flowId ? at : -1;
    }

    static boolean isOwner(FlowField field) {
        return field == FlowField.PID || field == FlowField.COMMAND;
    }

    /** Returns the process that has the socket of a flow open; 0 if unknown. */
    private int process(OwnersOnDemand found, int index) {
        int inode = has(FlowField.INODE, index) ? (int) number(FlowField.INODE, index) : 0;
        return inode == 0 ? 0 : found.get().process(inode); // an orphaned socket has no owner to search for
    }

    private boolean hasOwner(OwnersOnDemand found, FlowField field, int index) {
        int process = process(found, index);
        return process != 0
                && (field == FlowField.PID || !found.get().command(process).isEmpty());
    }

    /** Returns true if a field can be read without waiting. */
    public boolean ready(FlowField field) {
        return owners == null || !isOwner(field) || owners.ready();
    }

    /** Returns true if a flow has a field. */
    public boolean has(FlowField field, int index) {
        if (owners != null && isOwner(field)) {
            return hasOwner(owners, field, index);
        }
        if (field.derived()) {
            return RttHistogram.isIn(this, index);
        }
        return columns[field.id()] != null && (present[field.id() / Long.SIZE].get(index) >>> field.id() & 1) != 0;
    }

    /** Returns true if any flow has a field; for the owner of a socket, if any flow may have one. */
    public boolean hasColumn(FlowField field) {
        if (field.derived()) {
            return hasColumn(RttHistogram.BUCKETS.getFirst());
        }
        return columns[(owners != null && isOwner(field) ? FlowField.INODE : field).id()] != null;
    }

    /** Returns a number, unsigned except that U64 keeps its bits. The result for an absent field is undefined. */
    public long number(FlowField field, int index) {
        if (owners != null && field == FlowField.PID) {
            return Integer.toUnsignedLong(process(owners, index));
        }
        if (field.derived()) {
            return RttHistogram.of(this, index).percentile(field);
        }
        PackedColumn[] parts = columns[field.id()];
        return switch (field.width()) {
            case U8, U16, U32, U64 -> parts == null ? 0 : parts[0].get(index);
            case TEXT, ADDRESS -> throw new IllegalArgumentException(field + " is not a number");
        };
    }

    /**
     * Copies a field of consecutive flows to the beginning of an array.
     *
     * @param field a number, not an owner
     * @param absent the number that stands for an absent value
     */
    public void copy(FlowField field, int from, int count, long[] into, long absent) {
        if (!copyNumbers(field, from, count, into)) {
            Arrays.fill(into, 0, count, absent);
            return;
        }
        if (allHave(field, from, count)) {
            return;
        }
        PackedColumn presence = present[field.id() / Long.SIZE];
        for (int i = 0; i < count; i++) {
            if ((presence.get(from + i) >>> field.id() & 1) == 0) {
                into[i] = absent;
            }
        }
    }

    /**
     * Copies the numbers of a field of consecutive flows to the beginning of an array. Where the field is absent, the number is undefined;
     * {@link #copyPresence} tells where.
     *
     * @param field a number, not an owner
     * @return false if no flow has the field; nothing is copied then
     */
    boolean copyNumbers(FlowField field, int from, int count, long[] into) {
        PackedColumn[] parts = columns[field.id()];
        if (parts == null) {
            return false;
        }
        parts[0].copy(from, count, into);
        return true;
    }

    /** Returns true if it costs little to find that consecutive flows all have a field; false if one may not have it. */
    boolean allHave(FlowField field, int from, int count) {
        return present[field.id() / Long.SIZE].allHave(field.id() % Long.SIZE, from, count);
    }

    /**
     * Copies the bits that tell which fields consecutive flows have, to the beginning of an array.
     *
     * @param word the word of 64 bits: the id of a field, divided by 64; the rest is the number of its bit
     */
    void copyPresence(int word, int from, int count, long[] into) {
        present[word].copy(from, count, into);
    }

    /** Returns the same flows with these fields only; the memory of the others can be freed. */
    public FlowColumns only(Collection<FlowField> fields) {
        return new FlowColumns(this, fields);
    }

    /** Returns a text; empty if absent. */
    public String text(FlowField field, int index) {
        if (owners != null && field == FlowField.COMMAND) {
            int process = process(owners, index);
            return process == 0 ? "" : owners.get().command(process);
        }
        PackedColumn[] parts = columns[field.id()];
        return parts == null || !has(field, index) ? "" : texts.get(parts[0].get(index));
    }

    /** Returns an address in the form of RFC 4001: 4 bytes for ipv4, 16 for ipv6, 20 for ipv6z. */
    public byte[] address(FlowField field, FlowField type, int index) {
        PackedColumn[] parts = columns[field.id()];
        if (parts == null) {
            return new byte[0];
        }
        byte[] address = new byte[AddressType.of(number(type, index)).bytes()];
        ByteBuffer bytes = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        for (int i = 0; i < address.length / Integer.BYTES; i++) {
            bytes.putInt((int) parts[i].get(index));
        }
        return address;
    }

    /** Returns the values of the flow at an index. */
    public FlowValues at(int index) {
        return new At(this, index);
    }

    private record At(FlowColumns flows, int index) implements FlowValues {
        @Override
        public boolean has(FlowField field) {
            return flows.has(field, index);
        }

        @Override
        public long number(FlowField field) {
            return flows.number(field, index);
        }

        @Override
        public String text(FlowField field) {
            return flows.text(field, index);
        }

        @Override
        public byte[] address(FlowField field, FlowField type) {
            return flows.address(field, type, index);
        }
    }
}
