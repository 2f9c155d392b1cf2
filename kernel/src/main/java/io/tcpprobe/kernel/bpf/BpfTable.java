package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The rows that the kernel writes, mapped read-only, and the counts of the table ({@code struct table} of tcpprobe.h). Rows are
 * in maps of 4096 rows each, mapped contiguously into an address range that was reserved for the maximum. So rows can be added
 * while the programs run. Only rows that have been used are mapped: the process's resident memory contains all that are.
 *
 * <pre>
 *     0  u32  active       8  u32  last_flow_id   16  u64  free (list of free rows)   88  u32  owner_sweep
 *     4  u32  high_water  12  u32  ownerless      24  u32  sockets[16], by the kernel's state   92  u32  refused
 *                                                                                             104  u32  to_evict
 *                                                                                             108  u32  namespaces
 *                                                                                             112  u32  unplaced
 *                                                                                             116  u32  listener_rows
 *                                                                                             120  u32  dumps
 * </pre>
 */
final class BpfTable implements AutoCloseable {
    static final int CHUNK_ROWS = 4096;

    /**
     * Minimum of spare rows: the new flows of a tenth of a second at a rate of 80,000 a second. A larger table has more, up to
     * a rate of 330,000 a second.
     */
    private static final int MIN_SPARE_ROWS = 2 * CHUNK_ROWS;

    private static final int MAX_SPARE_ROWS = 8 * CHUNK_ROWS;

    static final int MAX_CHUNKS = 1024;

    /** Rows are mapped in multiples of this number, whose size is a multiple of a page's. */
    private static final int MAPPED_ROWS = 512;

    private static final long CHUNK_BYTES = (long) CHUNK_ROWS * FlowLayout.SIZE;
    static final int STATE_BYTES = 384; // FLOW_STATE_SIZE
    private static final int PAGE = 4096;

    static final int ACTIVE = 0;
    static final int HIGH_WATER = 4;
    static final int LAST_FLOW_ID = 8;
    static final int OWNERLESS = 12;
    static final int SOCKETS = 24;
    static final int OWNER_SWEEP = 88;
    static final int REFUSED = 92;
    static final int TO_EVICT = 104;
    static final int NAMESPACES = 108;
    static final int UNPLACED = 112;
    static final int LISTENER_ROWS = 116;
    static final int DUMPS = 120;
    static final int STATES = 16;

    /** Creates an array map, as {@link Libbpf#createArray} does. */
    @FunctionalInterface
    interface ArrayMaker {
        int create(String name, int valueSize, int entries, boolean mappable) throws IOException;
    }

    private final Libbpf libbpf;
    private final int chunksFd;
    private final int statesFd;
    private final MemorySegment rows;
    private final MemorySegment counts;
    private ArrayMaker arrays;
    private volatile int chunks;

    /** The file descriptors of the chunks that are not mapped completely, the last ones; guarded by this. */
    private final Deque<Integer> unmapped = new ArrayDeque<>();

    /** The number of mapped rows. */
    private volatile long mappedRows;

    private BpfTable(Libbpf libbpf, int chunksFd, int statesFd, MemorySegment rows, MemorySegment counts) {
        this.libbpf = libbpf;
        this.arrays = libbpf::createArray;
        this.chunksFd = chunksFd;
        this.statesFd = statesFd;
        this.rows = rows;
        this.counts = counts;
    }

    /** Maps the table of an object; it has no rows yet. */
    static BpfTable map(BpfObject object) throws IOException {
        MemorySegment rows = Libc.reserve(MAX_CHUNKS * CHUNK_BYTES);
        MemorySegment counts = Libc.mmap(object.mapFd(".data.table"), 0, PAGE, Libc.Protection.READ_WRITE);
        return new BpfTable(object.libbpf(), object.mapFd("chunks"), object.mapFd("state_chunks"), rows, counts);
    }

    /**
     * Adds rows for the existing flows and for those that may come before the next call, up to maxflows. Existing rows are
     * kept.
     *
     * @param known number of known flows without a row. The spare rows beyond these are a quarter of all flows, with a minimum
     *     of 8,192 and a maximum of 32,768, to limit the memory
     * @return true if rows were added
     */
    boolean makeRoom(long maxflows, long known) throws IOException {
        return addRows(targetRows(maxflows, known), () -> {});
    }

    /** Returns the number of rows that {@link #makeRoom} provides. */
    long targetRows(long maxflows, long known) {
        long flows = Integer.toUnsignedLong(active()) + known;
        return Math.min(maxflows, flows + Math.clamp(flows / 4, MIN_SPARE_ROWS, MAX_SPARE_ROWS));
    }

    /**
     * Adds rows, 4,096 at a time, up to this number. Called by one thread at a time.
     *
     * @param added runs after each successful step
     * @return true if rows were added
     */
    boolean addRows(long target, Runnable added) throws IOException {
        int before = chunks;
        while ((long) chunks * CHUNK_ROWS < target) {
            Libc.close(addChunk("tcpprobe_states", statesFd, STATE_BYTES, false)); // the map of maps holds a reference
            int fd = addChunk("tcpprobe_rows", chunksFd, FlowLayout.SIZE, true);
            synchronized (this) {
                unmapped.add(fd);
                chunks++;
            }
            added.run();
        }
        return chunks > before;
    }

    /** Returns the file descriptor of the new chunk. */
    private int addChunk(String name, int mapOfMaps, int valueSize, boolean mappable) throws IOException {
        int fd = arrays.create(name, valueSize, CHUNK_ROWS, mappable);
        try {
            libbpf.update(mapOfMaps, chunks, fd);
            return fd;
        } catch (IOException failed) {
            Libc.close(fd);
            throw failed;
        }
    }

    /** Maps this many rows at least. */
    private synchronized void mapRows(long used) throws IOException {
        long target = Math.min(capacity(), (used + MAPPED_ROWS - 1) / MAPPED_ROWS * MAPPED_ROWS);
        while (mappedRows < target) {
            long inChunk = mappedRows % CHUNK_ROWS;
            long count = Math.min(target - mappedRows, CHUNK_ROWS - inChunk);
            MemorySegment part = rows.asSlice(mappedRows * FlowLayout.SIZE, count * FlowLayout.SIZE);
            Libc.mmapOver(part, unmapped.element(), inChunk * FlowLayout.SIZE, Libc.Protection.READ);
            if (inChunk + count == CHUNK_ROWS) {
                Libc.close(unmapped.remove()); // the mapping holds a reference
            }
            mappedRows += count;
        }
    }

    /** Returns the size in bytes of the mapped rows, for tests. */
    long mappedBytes() {
        return mappedRows * FlowLayout.SIZE;
    }

    /** Returns the number of rows. */
    int capacity() {
        return chunks * CHUNK_ROWS;
    }

    /** Returns the size in bytes of the rows and of the data kept with them. */
    long bytes() {
        return chunks * (CHUNK_BYTES + (long) CHUNK_ROWS * STATE_BYTES);
    }

    /**
     * Maps the rows that have been used since the last call.
     *
     * @return their number
     * @throws IOException if the process may not map more memory
     */
    int mapUsed() throws IOException {
        int used = Math.min(count(HIGH_WATER), capacity());
        if (used > mappedRows) {
            mapRows(used);
        }
        return used;
    }

    /** Returns the rows that have been used. */
    FlowRows rows() {
        try {
            return new FlowRows(rows, mapUsed());
        } catch (IOException failed) {
            throw new UncheckedIOException("map the rows of the table of flows", failed);
        }
    }

    private int count(int offset) {
        return (int) ValueLayout.JAVA_INT.varHandle().getVolatile(counts, (long) offset);
    }

    int active() {
        return count(ACTIVE);
    }

    int lastFlowId() {
        return count(LAST_FLOW_ID);
    }

    /** Sets the last allocated flow id, for tests. */
    void lastFlowId(int id) {
        counts.set(ValueLayout.JAVA_INT, LAST_FLOW_ID, id);
    }

    /** Sets the number of rows that have been used, for tests. */
    void highWater(int count) {
        counts.set(ValueLayout.JAVA_INT, HIGH_WATER, count);
    }

    /** Sets the maker of array maps, for tests. */
    void arrays(ArrayMaker maker) {
        arrays = maker;
    }

    /** Returns the number of scans for the owners of sockets, for tests. */
    int ownerSweeps() {
        return count(OWNER_SWEEP);
    }

    /** Returns the number of flows so far whose process was unknown when they were added. */
    int ownerless() {
        return count(OWNERLESS);
    }

    /** Returns the number of flows, not idle, that found no room in sweeps since {@link #clearRefused}. */
    int refused() {
        return count(REFUSED);
    }

    /** Resets {@link #refused}, before a sweep. */
    void clearRefused() {
        counts.set(ValueLayout.JAVA_INT, REFUSED, 0);
    }

    /** Returns how often a flow came from a possibly new network namespace. */
    int namespaces() {
        return count(NAMESPACES);
    }

    /** Sets the maximum number of idle flows that a sweep may release. */
    void toEvict(int flows) {
        counts.set(ValueLayout.JAVA_INT, TO_EVICT, flows);
    }

    /** Begins a sweep for the owners of sockets. */
    void nextOwnerSweep() {
        counts.set(ValueLayout.JAVA_INT, OWNER_SWEEP, count(OWNER_SWEEP) + 1);
    }

    /** Sets the counts of sockets to zero, before a sweep. */
    void clearSockets() {
        counts.asSlice(SOCKETS, STATES * Integer.BYTES).fill((byte) 0);
    }

    /** Sets whether a sweep by inet_diag runs. */
    void dumps(boolean running) {
        counts.set(ValueLayout.JAVA_INT, DUMPS, running ? 1 : 0);
    }

    /** Returns the number of flows for which sweeps had no row since {@link #clearUnplaced}. */
    long unplaced() {
        return Integer.toUnsignedLong(count(UNPLACED));
    }

    /** Resets {@link #unplaced}. */
    void clearUnplaced() {
        counts.set(ValueLayout.JAVA_INT, UNPLACED, 0);
    }

    /** Returns a number that is greater than that of every row of a listener ever used. */
    long listenerRows() {
        return Integer.toUnsignedLong(count(LISTENER_ROWS));
    }

    /** Returns the number of sockets that the sweep saw, by the kernel's number of the state. */
    int[] sockets() {
        return counts.asSlice(SOCKETS, STATES * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            while (!unmapped.isEmpty()) {
                Libc.close(unmapped.remove());
            }
        } finally {
            Libc.munmap(rows);
            Libc.munmap(counts);
        }
    }
}
