package io.tcpprobe.agent.flows;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that is computed from a snapshot, once for each snapshot. It keeps the last value, not the snapshot. Thread-safe.
 *
 * @param <T> the type of the value, which must not refer to the snapshot
 */
public final class SnapshotCached<T> {
    private final Function<FlowSnapshot, T> function;
    private volatile @Nullable Computed<T> last;

    private record Computed<T>(long generation, T value) {}

    /** Creates a cache; nothing is computed yet. */
    public SnapshotCached(Function<FlowSnapshot, T> function) {
        this.function = function;
    }

    /** Returns true if the value of a snapshot is known. */
    public boolean made(FlowSnapshot snapshot) {
        Computed<T> known = last;
        return known != null && known.generation == snapshot.generation();
    }

    /** Returns the value of a snapshot; the first caller computes it, and others wait meanwhile. */
    public T of(FlowSnapshot snapshot) {
        Computed<T> known = last;
        return known != null && known.generation == snapshot.generation() ? known.value : compute(snapshot);
    }

    private synchronized T compute(FlowSnapshot snapshot) {
        Computed<T> known = last;
        if (known == null || known.generation != snapshot.generation()) {
            known = new Computed<>(snapshot.generation(), function.apply(snapshot));
            last = known;
        }
        return known.value;
    }
}
