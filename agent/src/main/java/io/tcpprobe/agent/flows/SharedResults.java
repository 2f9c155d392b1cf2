package io.tcpprobe.agent.flows;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Results of requests about one snapshot, so that clients which ask for the same get the same result, computed once. Those of an earlier
 * snapshot are forgotten. Thread-safe.
 *
 * @param <K> what identifies a request
 * @param <V> the type of the results, which must not refer to the snapshot
 */
public final class SharedResults<K, V> {
    private final Map<K, FutureTask<V>> results;
    private long generation = Long.MIN_VALUE; // guarded by this

    /**
     * Creates it without results.
     *
     * @param max maximum number of results; the one that was not asked for longest is forgotten
     */
    public SharedResults(int max) {
        results = new LinkedHashMap<>(max, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.@Nullable Entry<K, FutureTask<V>> eldest) {
                return size() > max;
            }
        };
    }

    /**
     * Returns the result of a request about a snapshot; the first caller computes it, and others wait meanwhile. A failure is thrown to all of
     * them, and not kept.
     */
    public V of(FlowSnapshot snapshot, K request, Supplier<V> compute) {
        FutureTask<V> task = new FutureTask<>(compute::get);
        FutureTask<V> shared = shared(snapshot, request, task);
        shared.run(); // does nothing if it runs or has run
        try {
            return shared.get();
        } catch (ExecutionException failed) {
            forget(request, shared);
            switch (failed.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new CompletionException(failed);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the agent is being closed", interrupted);
        }
    }

    private synchronized FutureTask<V> shared(FlowSnapshot snapshot, K request, FutureTask<V> task) {
        if (snapshot.generation() < generation) {
            return task; // the client's request began with an earlier snapshot
        }
        if (snapshot.generation() > generation) {
            results.clear();
            generation = snapshot.generation();
        }
        return results.computeIfAbsent(request, _ -> task);
    }

    private synchronized void forget(K request, FutureTask<V> failed) {
        results.remove(request, failed);
    }
}
