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
 *     24  u64  completed      56  u64  overflows
 * </pre>
 */
final class BpfListeners implements AutoCloseable {
    /** LISTENER_ROWS. */
    static final int ROWS = 4096;

    private static final int ROW_BYTES = 128;
    private static final int COOKIE = 0;
    private static final int SYNS = 8;
    private static final int REQUESTS = 16;
    private static final int DIRECT = 32;
    private static final int ESTABLISHED = 40;
    private static final int ACCEPTED = 48;
    private static final int OVERFLOWS = 56;
    private static final int DROPPED = 64;
    private static final int HALF_OPEN = 72;
    private static final int ACCEPT_QUEUE = 76;
    private static final int CONNECTIONS = 84;
    private static final int WHOLE = 88;

    private final MemorySegment rows;
    private final Set<ListenerCounter> counted;

    private BpfListeners(MemorySegment rows, Set<ListenerCounter> counted) {
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

    /** Copies a row unless another listener gets it meanwhile. */
    private void read(long row, ListenerTable.Builder table) {
        long cookie = cookie(row);
        if (cookie == 0) {
            return;
        }
        long[] counts = rows.asSlice(row, HALF_OPEN).toArray(ValueLayout.JAVA_LONG);
        long backlog = unsigned(row + HALF_OPEN) + unsigned(row + ACCEPT_QUEUE);
        long connections = Math.max(0, rows.get(ValueLayout.JAVA_INT, row + CONNECTIONS));
        boolean whole = rows.get(ValueLayout.JAVA_INT, row + WHOLE) != 0;
        VarHandle.acquireFence();
        if (cookie(row) != cookie) {
            return;
        }
        table.listener(cookie)
                .set(cookie, ListenerCounter.SYNS, counts[SYNS / Long.BYTES])
                .set(cookie, ListenerCounter.INITIAL, counts[REQUESTS / Long.BYTES] + counts[DIRECT / Long.BYTES])
                .set(cookie, ListenerCounter.ESTABLISHED, counts[ESTABLISHED / Long.BYTES])
                .set(cookie, ListenerCounter.ACCEPTED, counts[ACCEPTED / Long.BYTES])
                .set(cookie, ListenerCounter.DROPPED, counts[DROPPED / Long.BYTES])
                .set(cookie, ListenerCounter.OVERFLOWS, counts[OVERFLOWS / Long.BYTES])
                .set(cookie, ListenerCounter.BACKLOG, backlog);
        if (whole) {
            table.set(cookie, ListenerCounter.CONNECTIONS, connections);
        }
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
