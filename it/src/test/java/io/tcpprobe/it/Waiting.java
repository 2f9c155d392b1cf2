package io.tcpprobe.it;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what comes soon but not at once. */
final class Waiting {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Waiting() {}

    /**
     * Asks again and again until the answer is right.
     *
     * @param what is waited for, for the message
     * @return the right answer
     * @throws AssertionError if it does not come; the message has the last answer
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

    /** Waits this long. */
    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
    }
}
