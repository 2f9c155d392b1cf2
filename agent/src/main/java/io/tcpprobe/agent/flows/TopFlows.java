package io.tcpprobe.agent.flows;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The flows of a snapshot with the highest values of each measure. A measure is ranked at its first use, by one pass over the flows; flows
 * without the value, or with 0, have no rank. Thread-safe.
 */
public final class TopFlows {
    /** All measures; their places here are the arguments of the methods. */
    public static final List<FlowMeasure> MEASURES = FlowMeasure.all();

    private final FlowSnapshot snapshot;
    private final Ranks ranks;
    private final int count;

    private TopFlows(FlowSnapshot snapshot, Ranks ranks, int count) {
        this.snapshot = snapshot;
        this.ranks = ranks;
        this.count = count;
    }

    /**
     * The ranks of one snapshot, without the snapshot, so that its memory can be freed.
     *
     * @param generation the snapshot's
     * @param indexes by the place of the measure, the indexes of the flows in the order of their ranks; null if not ranked yet
     */
    private record Ranks(long generation, AtomicReferenceArray<int[]> indexes) {
        static Ranks none(long generation) {
            return new Ranks(generation, new AtomicReferenceArray<>(MEASURES.size()));
        }
    }

    /** Keeps the ranks of the last snapshot. Thread-safe. */
    public static final class Cache {
        private final int count;
        private volatile Ranks last = Ranks.none(0);

        /**
         * Creates a cache.
         *
         * @param count the maximum rank
         */
        public Cache(int count) {
            this.count = count;
        }

        /** Returns the top flows of a snapshot; ranks nothing. */
        public TopFlows of(FlowSnapshot snapshot) {
            Ranks ranks = last;
            if (ranks.generation != snapshot.generation()) {
                ranks = Ranks.none(snapshot.generation());
                last = ranks;
            }
            return new TopFlows(snapshot, ranks, count);
        }
    }

    /** Returns the snapshot. */
    public FlowSnapshot snapshot() {
        return snapshot;
    }

    /** Returns the maximum rank. */
    public int count() {
        return count;
    }

    /** Returns true if a measure has been ranked. */
    public boolean isRanked(int measure) {
        return ranks.indexes.get(measure) != null;
    }

    /**
     * Returns the flow with a rank.
     *
     * @param rank from 1
     * @return null if no flow has this rank
     */
    public @Nullable Flow flow(int measure, int rank) {
        int[] indexes = ranks.indexes.get(measure);
        if (indexes == null) {
            indexes = rank(measure);
        }
        return rank <= indexes.length ? new Flow(snapshot, indexes[rank - 1]) : null;
    }

    /** Ranks a measure, unless another thread has. */
    private int[] rank(int measure) {
        synchronized (ranks) {
            int[] known = ranks.indexes.get(measure);
            if (known != null) {
                return known;
            }
            int[] indexes = FlowRanking.topAboveZero(snapshot, MEASURES.get(measure), count).stream()
                    .mapToInt(Flow::index)
                    .toArray();
            ranks.indexes.set(measure, indexes);
            return indexes;
        }
    }
}
