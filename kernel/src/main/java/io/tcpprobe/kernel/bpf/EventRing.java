package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import io.tcpprobe.kernel.flow.FlowLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 *                     of 8. The kernel offers them twice in a row, so that each is contiguous. Only the part that is read is
 *                     mapped: the process's resident memory contains all that is.
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

    /** The size of the mapped part: some 1,000 events. The following page is mapped as well, for an event that crosses the end. */
    private static final int WINDOW = 1 << 20;

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
    private final int mapFd;
    private final long mask;
    private final long windowBytes;
    private final Switch filler;
    private MemorySegment window = MemorySegment.NULL;

    /** The place in the ring where the window begins; -1 if none is mapped. */
    private long windowBegin = -1;

    private boolean closed;

    private EventRing(MemorySegment consumer, MemorySegment producer, int mapFd, long bytes, Switch filler) {
        this.consumer = consumer;
        this.producer = producer;
        this.mapFd = mapFd;
        this.mask = bytes - 1;
        this.windowBytes = Math.min(bytes, WINDOW);
        this.filler = filler;
    }

    /** Returns the size of a ring for at least this many events: a power of two, at least a page. */
    static int bytes(long events) {
        return Math.clamp(Long.highestOneBit(events * RECORD_BYTES - 1) << 1, PAGE, MAX_BYTES);
    }

    /** Opens a ring of this size and switches the writing on; its earlier content is discarded. */
    static EventRing open(int mapFd, long bytes, Switch filler) throws IOException {
        int ownFd = Libc.duplicate(mapFd);
        MemorySegment consumer = MemorySegment.NULL;
        boolean opened = false;
        try {
            consumer = Libc.mmap(mapFd, 0, PAGE, Libc.Protection.READ_WRITE);
            MemorySegment producer = Libc.mmap(mapFd, PAGE, PAGE, Libc.Protection.READ);
            LONG.setRelease(consumer, 0L, (long) LONG.getAcquire(producer, 0L));
            EventRing ring = new EventRing(consumer, producer, ownFd, bytes, filler);
            opened = true;
            filler.on(true);
            return ring;
        } finally {
            if (!opened) {
                Libc.close(ownFd);
                if (consumer.byteSize() > 0) {
                    Libc.munmap(consumer);
                }
            }
        }
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
            long record = inWindow(at & mask);
            int length = (int) INT.getAcquire(window, record);
            if ((length & BUSY) != 0) {
                break;
            }
            if ((length & DISCARDED) == 0) {
                long event = record + HEADER;
                listener.accept(Kind.of(window.get(ValueLayout.JAVA_INT, event)), window, event + ROW);
                events++;
            }
            at += (length & ~DISCARDED) + HEADER + 7 & ~7L;
            LONG.setRelease(consumer, 0L, at);
        }
        return events;
    }

    /** Maps the part of the ring that holds the record at this place, if it is not mapped; returns where the record is in it. */
    private long inWindow(long place) {
        long begin = place & -windowBytes;
        if (begin != windowBegin) {
            unmapWindow();
            try {
                window = Libc.mmap(mapFd, 2 * PAGE + begin, windowBytes + PAGE, Libc.Protection.READ);
            } catch (IOException failed) {
                throw new UncheckedIOException("map the ring of events", failed);
            }
            windowBegin = begin;
        }
        return place - begin;
    }

    private void unmapWindow() {
        if (windowBegin >= 0) {
            windowBegin = -1;
            unmap(window);
        }
    }

    /** Switches the writing off and unmaps the ring. Must not run concurrently with {@link #drain}. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            filler.on(false);
            unmapWindow();
            unmap(producer);
            unmap(consumer);
            released(() -> Libc.close(mapFd));
        }
    }

    private static void unmap(MemorySegment mapping) {
        released(() -> Libc.munmap(mapping));
    }

    /** A release that cannot fail for a valid mapping or file descriptor. */
    @FunctionalInterface
    private interface Release {
        void run() throws IOException;
    }

    private static void released(Release release) {
        try {
            release.run();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
