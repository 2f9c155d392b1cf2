package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.core.TimeLimit;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Some of the flows that meet a condition, in an order.
 *
 * @param snapshot the snapshot that they are from
 * @param matched number of all flows that meet the condition
 * @param offset how many of these come before the first one of the page
 * @param flows the flows of the page
 */
public record FlowPage(FlowSnapshot snapshot, int matched, int offset, List<Flow> flows) {
    /** Copies the list. */
    public FlowPage {
        flows = List.copyOf(flows);
    }

    /**
     * What is asked for.
     *
     * @param where the condition
     * @param order the order
     * @param descending true if the flows with the highest keys come first
     * @param offset how many flows to skip, 0 or more
     * @param count maximum number of flows, 1 or more
     */
    public record Request(Predicate<Flow> where, FlowOrder order, boolean descending, int offset, int count) {
        /** Checks the numbers. */
        public Request {
            if (offset < 0 || count < 1) {
                throw new IllegalArgumentException("offset " + offset + ", count " + count);
            }
        }
    }

    private static final Duration MAX_TIME = Duration.ofSeconds(2);

    /** How many flows are tested between two looks at the clock. */
    private static final int STEP = 256;

    private record Keyed(int index, FlowOrder.@Nullable Key key) {}

    /**
     * Selects a page. Of all flows that meet the condition, as many are kept as the page and those before it have.
     *
     * @throws IllegalStateException if this lasts longer than 2 s, or than the client's message may
     */
    public static FlowPage of(FlowSnapshot snapshot, Request request) {
        FlowOrder.Keys keys = request.order.in(snapshot);
        int most = (int)
                Math.min((long) request.offset + request.count, snapshot.flows().size());
        FirstFlows<Keyed> first = new FirstFlows<>(most, comparator(request.descending));
        int matched = 0;
        long end = TimeLimit.end(MAX_TIME);
        for (int index = 0; index < snapshot.flows().size(); index++) {
            if (index % STEP == 0 && System.nanoTime() - end > 0) {
                throw new IllegalStateException("select flows: the condition took too long for " + index + " of "
                        + snapshot.flows().size() + " flows; use a simpler one");
            }
            Flow flow = new Flow(snapshot, index);
            if (!request.where.test(flow)) {
                continue;
            }
            matched++;
            Keyed last = first.last();
            if (last == null || !keys.isAfter(flow, last.key, request.descending)) {
                first.add(new Keyed(index, keys.of(flow)));
            }
        }
        List<Keyed> sorted = first.sorted();
        List<Keyed> page = sorted.subList(Math.min(request.offset, sorted.size()), Math.min(most, sorted.size()));
        return new FlowPage(
                snapshot,
                matched,
                request.offset,
                page.stream().map(keyed -> new Flow(snapshot, keyed.index)).toList());
    }

    /** Flows with equal keys are in the order of their ids. */
    private static Comparator<Keyed> comparator(boolean descending) {
        return (one, other) -> {
            int byKey = FlowOrder.compare(one.key, other.key, descending);
            return byKey != 0 ? byKey : Integer.compare(one.index, other.index);
        };
    }
}
