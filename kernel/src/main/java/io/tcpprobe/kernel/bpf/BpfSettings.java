package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.ffi.Libc;
import io.tcpprobe.kernel.flow.WatchedFlows;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The settings of the programs in the kernel: {@code struct settings} of tcpprobe.h, mapped. A change takes effect with the
 * next segment.
 *
 * <pre>
 *     0  u64  probe_ticks      40  u64  second_ticks  60  u32  capacity      76  u32  samples
 *     8  u64  watched_rows     48  u32  port          64  u32  drop_above    80  u32  count_skipped
 *    16  u64  tick_micros      52  u32  full          68  u32  drop_up_to    84  u32  ordered
 *    24  u64  tick_millis      56  u32  max_flows     72  u32  events        88  u64  taken[16]
 *    32  u64  tick_nanos      216  u64  evict_ticks  224  u32  idle_may_enter
 *                             232  u64  purge_ticks  240  u64  watched[32]
 *                                                    496  u32  bbr[8]
 * </pre>
 */
final class BpfSettings implements AutoCloseable {
    static final int PROBE_TICKS = 0;
    static final int WATCHED_ROWS = 8;
    static final int TICK_MICROS = 16;
    static final int TICK_MILLIS = 24;
    static final int TICK_NANOS = 32;
    static final int SECOND_TICKS = 40;
    static final int PORT = 48;
    static final int FULL = 52;
    static final int MAX_FLOWS = 56;
    static final int CAPACITY = 60;
    static final int DROP_ABOVE = 64;
    static final int DROP_UP_TO = 68;
    static final int EVENTS = 72;
    static final int SAMPLES = 76;
    static final int COUNT_SKIPPED = 80;
    static final int ORDERED = 84;
    static final int TAKEN = 88;
    static final int EVICT_TICKS = 216;
    static final int IDLE_MAY_ENTER = 224;
    static final int PURGE_TICKS = 232;
    static final int WATCHED = 240;
    static final int BBR = 496;
    static final int BBR_BYTES = 32;
    private static final int PAGE = 4096;

    /** Maximum number of ranges of flow ids to skip. */
    static final int TAKEN_RANGES = 16;

    private final MemorySegment memory;
    private final long tickNanos;
    private volatile boolean closed;

    private BpfSettings(MemorySegment memory, long tickNanos) {
        this.memory = memory;
        this.tickNanos = tickNanos;
        put(TICK_MICROS, (tickNanos << 16) / 1000);
        put(TICK_MILLIS, (tickNanos << 16) / 1_000_000);
        put(TICK_NANOS, tickNanos);
        put(SECOND_TICKS, ticks(1_000_000_000));
        idleMayEnter(true);
        put(ORDERED, System.getProperty("os.arch").equals("amd64") ? 1 : 0);
    }

    static BpfSettings map(BpfObject object) throws IOException {
        long tickNanos = Libc.tickNanos();
        return new BpfSettings(
                Libc.mmap(object.mapFd(".data.settings"), 0, PAGE, Libc.Protection.READ_WRITE), tickNanos);
    }

    /** Writes the current settings and the number of rows. */
    void apply(SettingStore settings, int capacity) {
        put(PROBE_TICKS, ticks(settings.get(Settings.PROBETIME) * 1_000_000));
        put(PURGE_TICKS, ticks(settings.get(Settings.PURGETIME) * 1_000_000_000));
        put(PORT, settings.get(Settings.PORT).intValue());
        put(FULL, settings.get(Settings.FULL).intValue());
        put(CAPACITY, capacity);
        put(MAX_FLOWS, settings.get(Settings.MAXFLOWS).intValue());
    }

    /** Lets a sweep release flows that have been idle for at least this time; their number is set in the table. */
    void evict(long idleNanos) {
        put(EVICT_TICKS, idleNanos / tickNanos);
    }

    /** Sets whether a sweep adopts flows that have been idle for purgetime. */
    void idleMayEnter(boolean may) {
        put(IDLE_MAY_ENTER, may ? 1 : 0);
    }

    /** Converts nanoseconds to ticks, rounded up. */
    private long ticks(long nanos) {
        return Math.ceilDiv(nanos, tickNanos);
    }

    private void put(int offset, long value) {
        if (closed) {
            return;
        }
        memory.set(ValueLayout.JAVA_LONG, offset, value);
    }

    private void put(int offset, int value) {
        if (closed) {
            return;
        }
        memory.set(ValueLayout.JAVA_INT, offset, value);
    }

    /** Makes the programs release the flows in this range of ids when they next see them. */
    void drop(int aboveFlowId, int upToFlowId) {
        put(DROP_UP_TO, aboveFlowId);
        put(DROP_ABOVE, aboveFlowId);
        put(DROP_UP_TO, upToFlowId);
    }

    /** Sets the ranges of flow ids to skip, {@code first << 32 | last}; 0 means no range. */
    void skipIds(long[] ranges) {
        for (int i = 0; i < TAKEN_RANGES; i++) {
            put(TAKEN + i * Long.BYTES, ranges[i]);
        }
    }

    /** Sets whether openings and ends of flows are written to the ring of events. */
    void reportEvents(boolean enabled) {
        put(EVENTS, enabled ? 1 : 0);
    }

    /** Sets whether samples are written to the ring of samples. */
    void reportSamples(boolean enabled) {
        put(SAMPLES, enabled ? 1 : 0);
    }

    /**
     * Sets one of the watched flows.
     *
     * @param place below {@link WatchedFlows#MAX_FLOWS}
     * @param entry {@code flow id << 32 | row + 1}; 0 for none
     */
    void watch(int place, long entry) {
        put(WATCHED + place * Long.BYTES, entry);
    }

    /** Sets the rows of the watched flows: bit n for a row whose number modulo 64 is n. */
    void watchRows(long rows) {
        put(WATCHED_ROWS, rows);
    }

    /** Sets the places of BBR's values: {@code struct bbr_places}. */
    void bbr(List<Integer> places) {
        for (int i = 0; i < places.size(); i++) {
            put(BBR + i * Integer.BYTES, places.get(i).intValue());
        }
    }

    /** Sets whether a sweep counts the flows that find no room. */
    void countSkipped(boolean enabled) {
        put(COUNT_SKIPPED, enabled ? 1 : 0);
    }

    @Override
    public void close() throws IOException {
        closed = true; // a reader of a ring may close that later
        Libc.munmap(memory);
    }
}
