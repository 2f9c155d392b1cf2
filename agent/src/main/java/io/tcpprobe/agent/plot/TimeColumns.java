package io.tcpprobe.agent.plot;

/**
 * The columns of pixels of a time axis.
 *
 * @param fromNanos the begin
 * @param toNanos the end, later than the begin
 * @param count number of columns
 */
record TimeColumns(long fromNanos, long toNanos, int count) {
    boolean contains(long timeNanos) {
        return timeNanos >= fromNanos && timeNanos <= toNanos;
    }

    /** Returns the column of a time within the axis. */
    int column(long timeNanos) {
        double part = (double) (timeNanos - fromNanos) / (toNanos - fromNanos);
        return Math.clamp((long) (part * count), 0, count - 1);
    }
}
