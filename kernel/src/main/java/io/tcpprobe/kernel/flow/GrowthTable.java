package io.tcpprobe.kernel.flow;

/**
 * How the counters of the flows of one snapshot grew in the last window. The window is the same for all flows: a flow that began in it
 * grew from zero.
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

    /** Returns the length of the window in nanoseconds; 0 if there is none. */
    long windowNanos();

    /**
     * Returns the growth of a counter. Counters are kept for later windows only if they are requested here, so the first request may find
     * none.
     */
    Growth of(FlowField counter);

    /** Returns a growth per second; 0 without a window. */
    default double perSecond(long growth) {
        return windowNanos() == 0 ? 0 : growth * 1e9 / windowNanos();
    }
}
