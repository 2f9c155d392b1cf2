package io.tcpprobe.agent.flows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Collects the first ones of candidates in an order without sorting all of them. Memory is bounded by how many are wanted.
 *
 * @param <C> a candidate
 */
final class FirstFlows<C> {
    private static final int INITIAL = 1024;

    private final int count;
    private final Comparator<C> order;

    /** The best candidates so far, the last one of them first. */
    private final PriorityQueue<C> first;

    /**
     * Begins without candidates.
     *
     * @param count how many are wanted at most
     */
    FirstFlows(int count, Comparator<C> order) {
        this.count = count;
        this.order = order;
        this.first = new PriorityQueue<>(Math.clamp(count, 1, INITIAL), order.reversed());
    }

    /** Returns the last one of the first; null if fewer than wanted were added, or none is wanted. */
    @Nullable
    C last() {
        return first.size() < count ? null : first.peek();
    }

    /** Adds a candidate. */
    void add(C candidate) {
        if (first.size() < count) {
            first.add(candidate);
        } else if (count > 0 && order.compare(candidate, first.element()) < 0) {
            first.remove();
            first.add(candidate);
        }
    }

    /** Returns the first ones, in their order. */
    List<C> sorted() {
        List<C> sorted = new ArrayList<>(first);
        sorted.sort(order);
        return sorted;
    }
}
