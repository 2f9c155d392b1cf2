package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The rows as the kernel writes them, mapped read-only, and the table's figures ({@code struct table} of tcpprobe.h). Rows lie
 * in maps of 4096 each, mapped one behind the other into addresses that were taken for the most there can be; so room can be
 * added while all runs.
 *
 * <pre>
 *     0  u32  active       8  u32  last_flow_id   16  u64  free (list of free rows)   88  u32  owner_sweep
 *     4  u32  high_water  12  u32  ownerless      24  u32  sockets[16], by the kernel's state   92  u32  refused
 *                                                                                             104  u32  to_evict
 *                                                                                             108  u32  namespaces
 *                                                                                             112  u32  unplaced
 * </pre>
 */
final class BpfTable implements AutoCloseable {
    static final int CHUNK_ROWS = 4096;

    /** Rows to spare: a tenth of a second's flows at 80,000 a second, and at 330,000 where a quarter of the flows are more. */
    private static final int SPARE_ROWS = 2 * CHUNK_ROWS;

    private static final int MOST_SPARE_ROWS = 8 * CHUNK_ROWS;

    static final int MAX_CHUNKS = 1024;
    private static final long CHUNK_BYTES = (long) CHUNK_ROWS * FlowLayout.SIZE;
    static final int STATE_BYTES = 320; // FLOW_STATE_SIZE
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
    static final int STATES = 16;

    /** Makes an array map, as {@link Libbpf#createArray}. */
    @FunctionalInterface
    interface ArrayMaker {
        int create(String name, int valueSize, int entries, boolean mappable) throws IOException;
    }

    private final Libbpf libbpf;
    private final int chunksFd;
    private final int statesFd;
    private final MemorySegment rows;
    private final MemorySegment figures;
    private ArrayMaker arrays;
    private int chunks;

    private BpfTable(Libbpf libbpf, int chunksFd, int statesFd, MemorySegment rows, MemorySegment figures) {
        this.libbpf = libbpf;
        this.arrays = libbpf::createArray;
        this.chunksFd = chunksFd;
        this.statesFd = statesFd;
        this.rows = rows;
        this.figures = figures;
    }

    /** The table of an object, without room for any row yet. */
    static BpfTable map(BpfObject object) throws IOException {
        MemorySegment rows = Libc.reserve(MAX_CHUNKS * CHUNK_BYTES);
        MemorySegment figures = Libc.mmap(object.mapFd(".data.table"), 0, PAGE, Libc.Protection.READ_WRITE);
        return new BpfTable(object.libbpf(), object.mapFd("chunks"), object.mapFd("state_chunks"), rows, figures);
    }

    /**
     * Makes room for the flows there are and for those that can come before this is called again, up to maxflows. Rows that
     * there are stay.
     *
     * @param known how many flows are known that have no row yet; beyond these, room is made for a quarter of all flows, but
     *     for 8,192 at least and 32,768 at most: rows that nobody needs are memory as well
     * @return whether there is more room than before
     */
    boolean makeRoom(long maxflows, long known) throws IOException {
        return addRows(wantedRows(maxflows, known), () -> {});
    }

    /** How many rows {@link #makeRoom} makes room for. */
    long wantedRows(long maxflows, long known) {
        long flows = Integer.toUnsignedLong(active()) + known;
        return Math.min(maxflows, flows + Math.clamp(flows / 4, SPARE_ROWS, MOST_SPARE_ROWS));
    }

    /**
     * Adds rows until there are so many, 4,096 at a time. By one thread at a time.
     *
     * @param added runs after each such step, also after those before one that fails
     * @return whether there is more room than before
     */
    boolean addRows(long wanted, Runnable added) throws IOException {
        int before = chunks;
        while ((long) chunks * CHUNK_ROWS < wanted) {
            addChunk("tcpprobe_states", statesFd, STATE_BYTES, null);
            addChunk("tcpprobe_rows", chunksFd, FlowLayout.SIZE, rows.asSlice(chunks * CHUNK_BYTES, CHUNK_BYTES));
            chunks++;
            added.run();
        }
        return chunks > before;
    }

    private void addChunk(String name, int mapOfMaps, int valueSize, @Nullable MemorySegment place) throws IOException {
        int fd = arrays.create(name, valueSize, CHUNK_ROWS, place != null);
        try {
            if (place != null) {
                Libc.mmapOver(place, fd, Libc.Protection.READ);
            }
            libbpf.update(mapOfMaps, chunks, fd);
        } finally {
            Libc.close(fd); // the map of maps and the mapping hold it
        }
    }

    /** How many rows there is room for. */
    int capacity() {
        return chunks * CHUNK_ROWS;
    }

    /** Bytes of the rows, and of what is remembered beside them. */
    long bytes() {
        return chunks * (CHUNK_BYTES + (long) CHUNK_ROWS * STATE_BYTES);
    }

    FlowRows rows() {
        return new FlowRows(rows, Math.min(figure(HIGH_WATER), capacity()));
    }

    private int figure(int offset) {
        return (int) ValueLayout.JAVA_INT.varHandle().getVolatile(figures, (long) offset);
    }

    int active() {
        return figure(ACTIVE);
    }

    int lastFlowId() {
        return figure(LAST_FLOW_ID);
    }

    /** For tests: goes on with the id behind this one. */
    void lastFlowId(int id) {
        figures.set(ValueLayout.JAVA_INT, LAST_FLOW_ID, id);
    }

    /** For tests: has array maps made by this one. */
    void arrays(ArrayMaker maker) {
        arrays = maker;
    }

    /** How many scans for the owners of sockets there have been, for tests. */
    int ownerSweeps() {
        return figure(OWNER_SWEEP);
    }

    /** How many flows have come so far without their process being known. */
    int ownerless() {
        return figure(OWNERLESS);
    }

    /** How many flows that are not idle found no room in the sweeps since {@link #clearRefused}. */
    int refused() {
        return figure(REFUSED);
    }

    /** Begins to count flows that find no room, before a sweep. */
    void clearRefused() {
        figures.set(ValueLayout.JAVA_INT, REFUSED, 0);
    }

    /** How many times a flow has come of a network namespace that may be new. */
    int namespaces() {
        return figure(NAMESPACES);
    }

    /** Sets how many idle flows a sweep may release. */
    void toEvict(int flows) {
        figures.set(ValueLayout.JAVA_INT, TO_EVICT, flows);
    }

    /** Begins a sweep for the owners of sockets. */
    void nextOwnerSweep() {
        figures.set(ValueLayout.JAVA_INT, OWNER_SWEEP, figure(OWNER_SWEEP) + 1);
    }

    /** Sets the counts of sockets to zero, before a sweep. */
    void clearSockets() {
        figures.asSlice(SOCKETS, STATES * Integer.BYTES).fill((byte) 0);
    }

    /** How many flows have been found by sweeps that had no row for them, since {@link #clearUnplaced}. */
    long unplaced() {
        return Integer.toUnsignedLong(figure(UNPLACED));
    }

    /** Begins to count the flows for which there is no row. */
    void clearUnplaced() {
        figures.set(ValueLayout.JAVA_INT, UNPLACED, 0);
    }

    /** How many sockets the sweep saw, by the kernel's state. */
    int[] sockets() {
        return figures.asSlice(SOCKETS, STATES * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
    }

    @Override
    public void close() throws IOException {
        Libc.munmap(rows);
        Libc.munmap(figures);
    }
}
