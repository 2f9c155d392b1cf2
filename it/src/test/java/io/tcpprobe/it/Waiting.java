package io.tcpprobe.it;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for conditions. */
final class Waiting {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Waiting() {}

    /**
     * Evaluates a supplier repeatedly until the result is right.
     *
     * @param what what is waited for, used in the message
     * @return the right result
     * @throws AssertionError if it does not come in time; the message has the last result
     */
    static <T> T until(String what, Supplier<T> question, Predicate<T> right) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            T answer = question.get();
            if (right.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "waited " + DEADLINE.toSeconds() + " s for " + what + "; the last answer was: " + answer);
            }
            pause(PAUSE);
        }
    }

    /** Sleeps for this time. */
    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
    }
}
