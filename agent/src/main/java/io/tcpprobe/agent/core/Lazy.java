package io.tcpprobe.agent.core;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is computed once, at the first request, and then kept. Thread-safe. */
public final class Lazy<T> {
    private final Supplier<T> supplier;
    private volatile @Nullable T made;

    /** Creates a lazy value; nothing is computed yet. */
    public Lazy(Supplier<T> supplier) {
        this.supplier = supplier;
    }

    /** Returns true if the value has been computed. */
    public boolean made() {
        return made != null;
    }

    /** Returns the value; the first caller computes it, and others wait meanwhile. */
    public T get() {
        T value = made;
        return value == null ? make() : value;
    }

    private synchronized T make() {
        T value = made;
        if (value == null) {
            value = supplier.get();
            made = value;
        }
        return value;
    }
}
