package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import io.tcpprobe.kernel.flow.FlowLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Reads a BPF ring buffer in place. The kernel never wakes up the reader: call {@link #drain} every 5 to 20 ms. Used by one
 * thread at a time.
 *
 * <pre>
 *     page 0          u64 consumer position     written here
 *     page 1          u64 producer position     written by the kernel
 *     page 2 ...      records: u32 length, bit 31 = not complete yet, bit 30 = discarded; u32; the record; padding to a multiple
 *                     of 8. The kernel offers them twice in a row, so that each is contiguous; here they are mapped once, because
 *                     the process's resident memory would contain each page twice.
 *     a record        {@code struct flow_event}: u32 kind, ..., the row at 64
 * </pre>
 */
final class EventRing implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
    private static final int HEADER = 8;
    static final int ROW = 64;
    private static final int EVENT_BYTES = ROW + FlowLayout.SIZE;
    private static final int RECORD_BYTES = HEADER + EVENT_BYTES;
    private static final int MAX_BYTES = 1 << 30;

    /** The size of the ring of events: those of 20,000 short connections a second, three each, between two drains. */
    static final int EVENTS_BYTES = 1 << 24;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    /** The kind of an event, numbered as {@code enum event_kind}. */
    enum Kind {
        OPEN(1),
        CLOSE(2),
        /** Released before its connection ended. */
        PURGE(3),
        SAMPLE(4),
        /** No longer established; it may remain half-closed. */
        LEFT(5),
        /** A connect() failed. */
        FAILED(6);

        private static final Kind[] KINDS = values();

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        private static Kind of(int number) {
            for (Kind kind : KINDS) {
                if (kind.number == number) {
                    return kind;
                }
            }
            throw new IllegalStateException("no event has the number " + number);
        }
    }

    /** Receives events in their order. */
    @FunctionalInterface
    interface Listener {
        /**
         * An event has occurred.
         *
         * @param memory holds the row, which is valid during this call only
         * @param row offset of the row, whose layout is FlowLayout
         */
        void accept(Kind kind, MemorySegment memory, long row);
    }

    /** Switches the writing to the ring on and off. */
    @FunctionalInterface
    interface Switch {
        void on(boolean enabled);
    }

    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final long mask;
    private final Switch filler;
    private final MemorySegment wrapped = Arena.ofAuto().allocate(EVENT_BYTES, Long.BYTES);
    private boolean closed;

    private EventRing(MemorySegment consumer, MemorySegment producer, long bytes, Switch filler) {
        this.consumer = consumer;
        this.producer = producer;
        this.mask = bytes - 1;
        this.filler = filler;
    }

    /** Returns the size of a ring for at least this many events: a power of two, at least a page. */
    static int bytes(long events) {
        return Math.clamp(Long.highestOneBit(events * RECORD_BYTES - 1) << 1, PAGE, MAX_BYTES);
    }

    /** Opens a ring of this size and switches the writing on; its earlier content is discarded. */
    static EventRing open(int mapFd, long bytes, Switch filler) throws IOException {
        MemorySegment consumer = Libc.mmap(mapFd, 0, PAGE, Libc.Protection.READ_WRITE);
        MemorySegment producer = Libc.mmap(mapFd, PAGE, PAGE + bytes, Libc.Protection.READ);
        LONG.setRelease(consumer, 0L, (long) LONG.getAcquire(producer, 0L));
        filler.on(true);
        return new EventRing(consumer, producer, bytes, filler);
    }

    /** Delivers the events since the last call; returns their number. */
    int drain(Listener listener) {
        if (closed) {
            throw new IllegalStateException("the ring is closed");
        }
        long at = (long) LONG.getAcquire(consumer, 0L);
        long end = (long) LONG.getAcquire(producer, 0L);
        int events = 0;
        while (at < end) {
            long record = PAGE + (at & mask);
            int length = (int) INT.getAcquire(producer, record);
            if ((length & BUSY) != 0) {
                break;
            }
            if ((length & DISCARDED) == 0) {
                deliver(at + HEADER, listener);
                events++;
            }
            at += (length & ~DISCARDED) + HEADER + 7 & ~7L;
            LONG.setRelease(consumer, 0L, at);
        }
        return events;
    }

    private void deliver(long at, Listener listener) {
        long first = at & mask;
        long contiguous = mask + 1 - first;
        MemorySegment memory = producer;
        long event = PAGE + first;
        if (contiguous < EVENT_BYTES) {
            MemorySegment.copy(producer, event, wrapped, 0, contiguous);
            MemorySegment.copy(producer, PAGE, wrapped, contiguous, EVENT_BYTES - contiguous);
            memory = wrapped;
            event = 0;
        }
        listener.accept(Kind.of(memory.get(ValueLayout.JAVA_INT, event)), memory, event + ROW);
    }

    /** Switches the writing off and unmaps the ring. Must not run concurrently with {@link #drain}. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            filler.on(false);
            unmap(producer);
            unmap(consumer);
        }
    }

    private static void unmap(MemorySegment mapping) {
        try {
            Libc.munmap(mapping);
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }
}
