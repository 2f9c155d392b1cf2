package io.tcpprobe.it.planted.inner;

import io.tcpprobe.it.planted.Outer;

/** Half of a cycle that {@code ArchitectureTest} must find. */
public final class Inner {
    /** The other half. */
    public static final Class<?> OTHER = Outer.class;

    private Inner() {}
}
