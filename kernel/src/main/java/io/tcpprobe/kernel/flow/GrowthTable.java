package io.tcpprobe.kernel.flow;

/**
 * How the counters of the flows of one snapshot grew in the last window. Each flow has a window of its own, between the times at which its
 * counters were read. A flow that began in the window grew from zero.
 */
public interface GrowthTable {
    /** A table without a window, so without values. */
    GrowthTable EMPTY = new GrowthTable() {
        @Override
        public long windowNanos() {
            return 0;
        }

        @Override
        public Growth of(FlowField counter) {
            return Growth.NONE;
        }
    };

    /** The growth of one counter. */
    interface Growth {
        /** No flow has a growth. */
        Growth NONE = new Growth() {
            @Override
            public boolean has(int index) {
                return false;
            }

            @Override
            public long number(int index) {
                return 0;
            }
        };

        /**
         * Returns true if the growth of a flow is known. It is not if the counter is absent at either end of the window, or has gone back,
         * or if the beginning of a new flow was not observed.
         */
        boolean has(int index);

        /** Returns the growth of a flow, 0 or more; undefined if it is unknown. */
        long number(int index);
    }

    /** Returns the length of the window of a flow that no segment sampled, in nanoseconds; 0 if there is no window. */
    long windowNanos();

    /** Returns the length of the window of a flow, in nanoseconds; 0 if there is none. */
    default long windowNanos(int index) {
        return windowNanos();
    }

    /**
     * Returns the growth of a counter. Counters are kept for later windows only if they are requested here, so the first request may find
     * none.
     */
    Growth of(FlowField counter);

    /** Returns the growth of a counter of a flow per second; 0 without a window. */
    default double perSecond(long growth, int index) {
        long nanos = windowNanos(index);
        return nanos <= 0 ? 0 : growth * 1e9 / nanos;
    }
}
