package io.tcpprobe.kernel.flow;

import java.util.function.IntPredicate;

/**
 * Allocates flow ids: 1 to 2^32 - 1 in ascending order. After the last id it starts again at 1 and skips ids that are still in
 * use. Sources that replace each other share one instance, so that ids are unique. Thread-safe.
 */
public final class FlowIds {
    private int last;
    private boolean wrapped;

    /** Starts at 1. */
    public FlowIds() {
        this(0);
    }

    /** Starts at the id after this one. */
    public FlowIds(int last) {
        this.last = last;
    }

    /** Returns the last allocated id; 0 if there is none. */
    public synchronized int last() {
        return last;
    }

    /**
     * Returns the next id.
     *
     * @param alive true if a flow has this id now; called only after the ids have wrapped around
     */
    public synchronized int next(IntPredicate alive) {
        do {
            last++;
            wrapped |= last == 0;
        } while (last == 0 || (wrapped && alive.test(last)));
        return last;
    }
}
