package io.tcpprobe.kernel.flow;

import java.util.function.IntPredicate;

/**
 * Gives flows their ids: 1 to 2^32 - 1, each greater than the one before. After the last it begins again, and leaves out those
 * that are still in use. Sources that take turns share one, so that no id has two meanings. Safe for several threads.
 */
public final class FlowIds {
    private int last;
    private boolean wrapped;

    /** Begins with 1. */
    public FlowIds() {
        this(0);
    }

    /** Begins with the id behind this one. */
    public FlowIds(int last) {
        this.last = last;
    }

    /** The id that was given last; 0 if none was. */
    public synchronized int last() {
        return last;
    }

    /**
     * The next id.
     *
     * @param alive whether a flow has this id now; asked only after 4 billion flows
     */
    public synchronized int next(IntPredicate alive) {
        do {
            last++;
            wrapped |= last == 0;
        } while (last == 0 || (wrapped && alive.test(last)));
        return last;
    }
}
