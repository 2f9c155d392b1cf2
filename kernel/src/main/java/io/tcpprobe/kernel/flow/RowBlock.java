package io.tcpprobe.kernel.flow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Some rows, copied whole out of the memory where they may be written to meanwhile. Small enough for the processor's nearest
 * cache: to go through it column by column is several times as fast as to go through all columns with every row.
 */
final class RowBlock {
    private static final int TRIES = 1000;
    private static final int WORDS = FlowLayout.SIZE / Long.BYTES;
    private static final VarHandle SEQUENCE = ValueLayout.JAVA_INT.varHandle();
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /**
     * Where in a row a number lies.
     *
     * @param word of the row's words of 64 bits, the one that has it
     * @param shift by how much it is to be shifted down
     * @param mask what it is then
     */
    record Cell(int word, int shift, long mask) {
        /** The cell of so many bytes, of which no word has only a part. */
        static Cell at(int offset, int bytes) {
            int bits = bytes * Byte.SIZE;
            int before = offset % Long.BYTES * Byte.SIZE;
            int shift = LITTLE_ENDIAN ? before : Long.SIZE - bits - before;
            return new Cell(offset / Long.BYTES, shift, -1L >>> Long.SIZE - bits);
        }
    }

    private final long[] words;
    private final MemorySegment memory;
    private int size;

    /** A block with room for so many rows. */
    RowBlock(int capacity) {
        words = new long[capacity * WORDS];
        memory = MemorySegment.ofArray(words);
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size * WORDS == words.length;
    }

    void clear() {
        size = 0;
    }

    /** Copies a row, unless it has passed to another flow. One that is being written is read again until it is whole. */
    void take(MemorySegment rows, long row, int flowId) {
        long to = (long) size * FlowLayout.SIZE;
        for (int i = 0; i < TRIES; i++) {
            int before = (int) SEQUENCE.getAcquire(rows, row + FlowLayout.SEQUENCE);
            if ((before & 1) != 0) {
                Thread.onSpinWait();
                continue;
            }
            MemorySegment.copy(rows, row, memory, to, FlowLayout.SIZE);
            VarHandle.loadLoadFence();
            if ((int) SEQUENCE.getAcquire(rows, row + FlowLayout.SEQUENCE) == before) {
                if (memory.get(FlowLayout.INT, to + FlowLayout.FLOW_ID) == flowId) {
                    size++;
                }
                return;
            }
        }
    }

    /** Takes the numbers of a cell out of all rows, into the array that it gives back. */
    long[] gather(Cell cell, long[] numbers) {
        int word = cell.word;
        for (int i = 0; i < size; i++) {
            numbers[i] = words[word] >>> cell.shift & cell.mask;
            word += WORDS;
        }
        return numbers;
    }

    /** A word of a row, wherever it begins. */
    long word(int row, int offset) {
        return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) row * FlowLayout.SIZE + offset);
    }
}
