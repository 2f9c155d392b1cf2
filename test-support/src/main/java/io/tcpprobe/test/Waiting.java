package io.tcpprobe.test;

import java.time.Duration;
import java.util.function.Predicate;

/** Waits for conditions. */
public final class Waiting {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Waiting() {}

    /**
     * A condition that may become true.
     *
     * @param <E> what it may throw
     */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        /** Returns true if the condition holds now. */
        boolean holds() throws E;
    }

    /**
     * Something whose result may become right.
     *
     * @param <T> the result
     * @param <E> what it may throw
     */
    @FunctionalInterface
    public interface Question<T, E extends Exception> {
        /** Returns the current result. */
        T ask() throws E;
    }

    /**
     * Evaluates a condition repeatedly until it holds.
     *
     * @param what what is waited for, used in the message
     * @throws AssertionError if it does not hold in time
     */
    public static <E extends Exception> void until(String what, Condition<E> condition) throws E {
        long end = end();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(inVain(what));
            }
            pause(PAUSE);
        }
    }

    /**
     * Asks a question repeatedly until the result is right.
     *
     * @param what what is waited for, used in the message
     * @return the right result
     * @throws AssertionError if it does not come in time; the message has the last result
     */
    public static <T, E extends Exception> T until(String what, Question<T, E> question, Predicate<? super T> right)
            throws E {
        long end = end();
        while (true) {
            T answer = question.ask();
            if (right.test(answer)) {
                return answer;
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(inVain(what) + "; the last answer was: " + answer);
            }
            pause(PAUSE);
        }
    }

    private static long end() {
        return System.nanoTime() + DEADLINE.toNanos();
    }

    private static String inVain(String what) {
        return "waited " + DEADLINE.toSeconds() + " s for " + what;
    }

    /** Sleeps for this time: for tests of what the passing of time does, and between two polls. */
    public static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
    }
}
