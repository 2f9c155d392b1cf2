package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Delivers the openings and ends of flows to listeners. The kernel does not report them while there are no listeners. */
final class EventFeed implements AutoCloseable {
    /** Opens the ring of events. */
    @FunctionalInterface
    interface Opener {
        EventRing open() throws IOException;
    }

    private final Opener opener;
    private final List<EventRing.Listener> listeners = new ArrayList<>();
    private @Nullable EventRing ring;

    EventFeed(Opener opener) {
        this.opener = opener;
    }

    /** Adds a listener, which must return quickly and must not throw. Earlier events are not delivered. */
    synchronized void add(EventRing.Listener listener) throws IOException {
        if (ring == null) {
            ring = opener.open();
        }
        listeners.add(listener);
    }

    /** Removes a listener. */
    synchronized void remove(EventRing.Listener listener) {
        listeners.remove(listener);
        if (listeners.isEmpty()) {
            close();
        }
    }

    /** Delivers the events since the last call. */
    synchronized void drain() {
        if (ring != null) {
            ring.drain(this::dispatch);
        }
    }

    private void dispatch(EventRing.Kind kind, MemorySegment memory, long row) {
        listeners.forEach(listener -> listener.accept(kind, memory, row));
    }

    @Override
    public synchronized void close() {
        if (ring != null) {
            ring.close();
            ring = null;
        }
    }
}
