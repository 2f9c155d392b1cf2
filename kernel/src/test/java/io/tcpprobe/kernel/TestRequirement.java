package io.tcpprobe.kernel;

import org.opentest4j.TestAbortedException;

/** What a test needs and this machine does not have. */
public final class TestRequirement {
    private TestRequirement() {}

    /** Returns an exception to throw: it skips the test and states why. In CI it fails the test, so that none is lost unnoticed. */
    public static RuntimeException here(String why) {
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("must not be skipped in CI: " + why);
        }
        return new TestAbortedException(why);
    }

    /** Skips or fails the test unless the condition holds. */
    public static void unless(boolean condition, String why) {
        if (!condition) {
            throw here(why);
        }
    }
}
