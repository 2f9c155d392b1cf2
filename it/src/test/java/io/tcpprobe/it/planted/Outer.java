package io.tcpprobe.it.planted;

import io.tcpprobe.it.planted.inner.Inner;

/** Half of a cycle that {@code ArchitectureTest} must find. */
public final class Outer {
    /** The other half. */
    public static final Class<?> OTHER = Inner.class;

    private Outer() {}
}
