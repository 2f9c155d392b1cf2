package io.tcpprobe.test;

/** The seed of a test with random data. */
public final class Seed {
    private Seed() {}

    /** Returns a new seed, or the one of the system property {@code tcpprobe.seed}, and prints it with the test's class. */
    public static long next() {
        long seed = Long.getLong("tcpprobe.seed", System.nanoTime());
        String test = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .getCallerClass()
                .getSimpleName();
        System.out.println(test + ": -Dtcpprobe.seed=" + seed);
        return seed;
    }
}
