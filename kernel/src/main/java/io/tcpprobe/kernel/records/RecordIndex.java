package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.TableStatistics;
import java.util.Arrays;

/**
 * Maps a record to the row of its flow: a hash table with open addressing, which allocates only when it grows. A flow is
 * identified by its endpoints and its {@link ProbeRecord#identity}: a record has no network namespace, and several namespaces
 * may have connections with the same endpoints.
 */
final class RecordIndex implements TableStatistics.Index {
    private static final int MIN_CAPACITY = 1024;
    private static final int KEY = 7;

    /** The row plus 1; 0 = free. */
    private int[] slots = new int[MIN_CAPACITY];

    /** The keys of all rows, by row. */
    private long[] keys = new long[MIN_CAPACITY * KEY];

    private final long[] key = new long[KEY];
    private int size;
    private long steps;

    /** Returns the row of a record's flow, or -1. */
    int find(ProbeRecord record) {
        setKey(record);
        return slots[slot(key, 0)] - 1;
    }

    private void setKey(ProbeRecord record) {
        key[0] = record.local.high;
        key[1] = record.local.low;
        key[2] = record.remote.high;
        key[3] = record.remote.low;
        key[4] = (long) record.local.zone << Integer.SIZE | (long) record.local.port << 16 | record.remote.port;
        key[5] = (long) record.local.type.number() << 8 | record.remote.type.number();
        key[6] = record.identity();
    }

    /** Adds the flow for which the last {@link #find} returned -1. */
    void add(int row) {
        if (size * 2 >= slots.length) {
            grow();
        }
        if ((row + 1) * KEY > keys.length) {
            keys = Arrays.copyOf(keys, keys.length * 2);
        }
        System.arraycopy(key, 0, keys, row * KEY, KEY);
        slots[slot(key, 0)] = row + 1;
        size++;
    }

    /** Removes a row that is in the table, and closes the gap. */
    void remove(int row) {
        int mask = slots.length - 1;
        int gap = slot(keys, row * KEY);
        size--;
        for (int next = gap + 1 & mask; slots[next] != 0; next = next + 1 & mask) {
            int home = home(keys, (slots[next] - 1) * KEY);
            if ((next - home & mask) >= (next - gap & mask)) {
                slots[gap] = slots[next];
                gap = next;
            }
        }
        slots[gap] = 0;
    }

    private int home(long[] from, int at) {
        long mixed = 0;
        for (int i = 0; i < KEY; i++) {
            mixed = (mixed ^ from[at + i]) * 0x9E3779B97F4A7C15L; // 2^64 / golden ratio
            mixed ^= mixed >>> Integer.SIZE;
        }
        return (int) mixed & slots.length - 1;
    }

    /** Returns the slot of a key, or the free slot for it. */
    private int slot(long[] from, int at) {
        int slot = home(from, at);
        while (slots[slot] != 0 && !same(from, at, (slots[slot] - 1) * KEY)) {
            slot = slot + 1 & slots.length - 1;
            steps++;
        }
        return slot;
    }

    private boolean same(long[] from, int at, int key) {
        for (int i = 0; i < KEY; i++) {
            if (from[at + i] != keys[key + i]) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        int[] old = slots;
        slots = new int[old.length * 2];
        for (int entry : old) {
            if (entry != 0) {
                slots[slot(keys, (entry - 1) * KEY)] = entry;
            }
        }
    }

    @Override
    public int slots() {
        return slots.length;
    }

    @Override
    public long bytes() {
        return (long) slots.length * Integer.BYTES + (long) keys.length * Long.BYTES;
    }

    @Override
    public long steps() {
        return steps;
    }
}
