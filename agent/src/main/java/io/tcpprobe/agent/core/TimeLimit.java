package io.tcpprobe.agent.core;

import java.time.Duration;

/** Until when the work for a client may last: one message can ask for many things, which share its time. */
public final class TimeLimit {
    private static final ScopedValue<Long> END = ScopedValue.newInstance();

    private TimeLimit() {}

    /** Does the work for one message; what it calls on this thread sees the limit. */
    public static <T, X extends Throwable> T within(Duration most, ScopedValue.CallableOp<T, X> work) throws X {
        return ScopedValue.where(END, end(most)).call(work);
    }

    /** Returns true if the message's time is over; false outside of a message. */
    public static boolean isOver() {
        return END.isBound() && System.nanoTime() - END.get() >= 0;
    }

    /**
     * Returns until when work that begins now may last, by {@link System#nanoTime}.
     *
     * @param most how long it may last itself; it is less if the message has less time left
     */
    public static long end(Duration most) {
        long own = System.nanoTime() + most.toNanos();
        return END.isBound() && END.get() - own < 0 ? END.get() : own;
    }
}
