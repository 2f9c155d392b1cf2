package io.tcpprobe.agent.core;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made when it is asked for first, once, and kept. Used by several threads. */
public final class Lazy<T> {
    private final Supplier<T> maker;
    private volatile @Nullable T made;

    /** Nothing is made yet. */
    public Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    /** Whether it was made. */
    public boolean made() {
        return made != null;
    }

    /** The value; whoever asks first makes it, and others wait meanwhile. */
    public T get() {
        T value = made;
        return value == null ? make() : value;
    }

    private synchronized T make() {
        T value = made;
        if (value == null) {
            value = maker.get();
            made = value;
        }
        return value;
    }
}
