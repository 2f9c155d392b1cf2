package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.EnumSet;
import java.util.Set;

/**
 * The counts of listeners, mapped read-only: {@code struct listener_row} of tcpprobe.h.
 *
 * <pre>
 *      0  u64  cookie         32  u64  direct         64  u64  dropped            80  u32  half_open_before
 *      8  u64  syns           40  u64  established    72  u32  half_open          84  u32  connections
 *     16  u64  requests       48  u64  accepted       76  u32  accept_queue       88  u32  whole
 *     24  u64  completed      56  u64  overflows      92  u32  generation
 * </pre>
 */
final class BpfListeners implements AutoCloseable {
    /** LISTENER_ROWS. */
    static final int ROWS = 4096;

    static final int ROW_BYTES = 128;

    /** How often a row is read again that another listener, or another time of the same one, gets meanwhile. */
    private static final int MAX_READS = 8;

    static final int COOKIE = 0;
    static final int SYNS = 8;
    private static final int REQUESTS = 16;
    private static final int DIRECT = 32;
    private static final int ESTABLISHED = 40;
    private static final int ACCEPTED = 48;
    static final int OVERFLOWS = 56;
    private static final int DROPPED = 64;
    private static final int HALF_OPEN = 72;
    private static final int ACCEPT_QUEUE = 76;
    private static final int CONNECTIONS = 84;
    private static final int WHOLE = 88;
    static final int GENERATION = 92;

    private final MemorySegment rows;
    private final Set<ListenerCounter> counted;

    /**
     * Creates the reader of rows.
     *
     * @param rows the memory that the programs write
     * @param counted what they count
     */
    BpfListeners(MemorySegment rows, Set<ListenerCounter> counted) {
        this.rows = rows;
        this.counted = counted;
    }

    /**
     * Maps the rows of an object.
     *
     * @param programs the optional programs that run
     */
    static BpfListeners map(BpfObject object, Set<OptionalProgram> programs) throws IOException {
        MemorySegment rows = Libc.mmap(object.mapFd("listener_rows"), 0, (long) ROWS * ROW_BYTES, Libc.Protection.READ);
        return new BpfListeners(rows, counted(programs));
    }

    /** Returns what these programs count together. */
    static Set<ListenerCounter> counted(Set<OptionalProgram> programs) {
        Set<ListenerCounter> counted = EnumSet.noneOf(ListenerCounter.class);
        if (!programs.contains(OptionalProgram.LISTENERS)) {
            return counted;
        }
        boolean syns = programs.contains(OptionalProgram.LISTENER_SYNS);
        boolean children = programs.contains(OptionalProgram.LISTENER_CHILDREN);
        boolean accepts = programs.contains(OptionalProgram.LISTENER_ACCEPTS);
        counted.add(ListenerCounter.BACKLOG);
        counted.add(ListenerCounter.ACCEPT_QUEUE);
        addIf(syns, ListenerCounter.SYNS, counted);
        addIf(syns, ListenerCounter.OVERFLOWS, counted);
        addIf(children, ListenerCounter.ESTABLISHED, counted);
        addIf(accepts, ListenerCounter.ACCEPTED, counted);
        addIf(children && accepts, ListenerCounter.CONNECTIONS, counted);
        boolean requests = programs.contains(OptionalProgram.LISTENER_REQUESTS);
        addIf(requests && children, ListenerCounter.INITIAL, counted);
        addIf(requests && children, ListenerCounter.DROPPED, counted);
        return counted;
    }

    private static void addIf(boolean condition, ListenerCounter counter, Set<ListenerCounter> counted) {
        if (condition) {
            counted.add(counter);
        }
    }

    /**
     * Copies the counts.
     *
     * @param used number of rows that were ever used
     */
    ListenerTable read(long used) {
        ListenerTable.Builder table = new ListenerTable.Builder(counted);
        for (long at = 0; at < Math.min(used, ROWS) * ROW_BYTES; at += ROW_BYTES) {
            read(at, table);
        }
        return table.build();
    }

    private void read(long row, ListenerTable.Builder table) {
        boolean whole = false;
        for (int reads = 0; !whole && reads < MAX_READS; reads++) {
            whole = readOnce(row, table);
        }
    }

    /**
     * Copies a row, unless it is unused.
     *
     * @return false if the row began to count for another listener meanwhile; then nothing is copied
     */
    private boolean readOnce(long row, ListenerTable.Builder table) {
        int generation = generation(row);
        long cookie = cookie(row);
        if (cookie == 0) {
            return true;
        }
        long[] counts = rows.asSlice(row, HALF_OPEN).toArray(ValueLayout.JAVA_LONG);
        long acceptQueue = unsigned(row + ACCEPT_QUEUE);
        long backlog = unsigned(row + HALF_OPEN) + acceptQueue;
        long connections = Math.max(0, rows.get(ValueLayout.JAVA_INT, row + CONNECTIONS));
        boolean whole = rows.get(ValueLayout.JAVA_INT, row + WHOLE) != 0;
        VarHandle.acquireFence();
        if (cookie(row) != cookie || generation(row) != generation) {
            return false;
        }
        table.listener(cookie)
                .set(cookie, ListenerCounter.SYNS, counts[SYNS / Long.BYTES])
                .set(cookie, ListenerCounter.INITIAL, counts[REQUESTS / Long.BYTES] + counts[DIRECT / Long.BYTES])
                .set(cookie, ListenerCounter.ESTABLISHED, counts[ESTABLISHED / Long.BYTES])
                .set(cookie, ListenerCounter.ACCEPTED, counts[ACCEPTED / Long.BYTES])
                .set(cookie, ListenerCounter.DROPPED, counts[DROPPED / Long.BYTES])
                .set(cookie, ListenerCounter.OVERFLOWS, counts[OVERFLOWS / Long.BYTES])
                .set(cookie, ListenerCounter.BACKLOG, backlog)
                .set(cookie, ListenerCounter.ACCEPT_QUEUE, acceptQueue);
        if (whole) {
            table.set(cookie, ListenerCounter.CONNECTIONS, connections);
        }
        return true;
    }

    private int generation(long row) {
        return (int) ValueLayout.JAVA_INT.varHandle().getVolatile(rows, row + GENERATION);
    }

    private long cookie(long row) {
        return (long) ValueLayout.JAVA_LONG.varHandle().getVolatile(rows, row + COOKIE);
    }

    private long unsigned(long at) {
        return Integer.toUnsignedLong(rows.get(ValueLayout.JAVA_INT, at));
    }

    @Override
    public void close() throws IOException {
        Libc.munmap(rows);
    }
}
