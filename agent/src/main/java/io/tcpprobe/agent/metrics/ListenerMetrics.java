package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The values of listening sockets, summed by address. What the counters of a socket have grown by is added to the series that the socket is in,
 * so the counters of a series do not fall when one of its sockets is closed, nor when a socket gets another series. Not thread-safe.
 */
final class ListenerMetrics {
    /** The counters of a listener, in the order of the elements of its array. */
    private static final List<Metric> COUNTERS = List.of(
            Metric.LISTENER_SYNS,
            Metric.LISTENER_ESTABLISHED,
            Metric.LISTENER_ACCEPTED,
            Metric.LISTENER_OVERFLOWS,
            Metric.LISTENER_DROPPED);

    private final int max;
    private final IntPredicate ephemeral;

    /** The addresses with series of their own. */
    private Set<String> own = new HashSet<>();

    /** The counters of each socket when they were read last, by its cookie. */
    private Map<Long, long[]> last = new HashMap<>();

    /** The same of sockets that were not read at the last scrape, but at the one before. */
    private Map<Long, long[]> missed = new HashMap<>();

    /** The counters of each series; {@link ListenerTable#UNKNOWN} if none of its sockets is counted. */
    private Map<String, long[]> totals = new HashMap<>();

    /**
     * Creates it.
     *
     * @param max maximum number of addresses with series of their own, besides other and ephemeral
     * @param ephemeral the ports that are not told apart
     */
    ListenerMetrics(int max, IntPredicate ephemeral) {
        this.max = max;
        this.ephemeral = ephemeral;
    }

    /** Adds the values of all listeners. */
    void collect(ListenerTracker.Listeners listeners, MetricSink sink) {
        Map<String, List<Integer>> series = series(listeners, sink);
        Map<Long, long[]> read = new HashMap<>();
        Map<String, long[]> nextTotals = new HashMap<>();
        series.forEach((address, places) -> {
            long[] total = totals.containsKey(address) ? totals.get(address) : unknown();
            for (int place : places) {
                addGauges(listeners, place, address, sink);
                long cookie = listeners.snapshot().sockets().cookie(place);
                long[] now = counters(listeners, place);
                long[] before = last.getOrDefault(cookie, missed.getOrDefault(cookie, unknown()));
                grow(total, before, now);
                read.put(cookie, latest(before, now));
            }
            nextTotals.put(address, total);
            for (int i = 0; i < total.length; i++) {
                if (total[i] != ListenerTable.UNKNOWN) {
                    sink.add(COUNTERS.get(i), total[i], address);
                }
            }
        });
        for (String shared : List.of(GroupMetrics.OTHER, GroupMetrics.EPHEMERAL)) {
            long[] total = totals.get(shared);
            if (total != null) {
                nextTotals.putIfAbsent(shared, total);
            }
        }
        missed = last;
        missed.keySet().removeAll(read.keySet());
        last = read;
        totals = nextTotals;
    }

    /** Returns the counters as they were last known. */
    private static long[] latest(long[] before, long[] now) {
        long[] latest = now.clone();
        for (int i = 0; i < latest.length; i++) {
            latest[i] = now[i] == ListenerTable.UNKNOWN ? before[i] : now[i];
        }
        return latest;
    }

    private static long[] unknown() {
        long[] counters = new long[COUNTERS.size()];
        Arrays.fill(counters, ListenerTable.UNKNOWN);
        return counters;
    }

    /** Returns the series of the listeners, and their places in the snapshot. */
    private Map<String, List<Integer>> series(ListenerTracker.Listeners listeners, MetricSink sink) {
        Map<String, List<Integer>> byAddress = new LinkedHashMap<>();
        SocketColumns sockets = listeners.snapshot().sockets();
        for (int place : listeners.snapshot().all(SocketOrder.LISTENERS)) {
            var endpoints = sockets.endpoints(place);
            String address =
                    ephemeral.test(endpoints.localPort()) ? GroupMetrics.EPHEMERAL : LabelText.of(endpoints.local());
            byAddress.computeIfAbsent(address, _ -> new ArrayList<>()).add(place);
        }
        own.retainAll(byAddress.keySet());
        Map<String, List<Integer>> series = new LinkedHashMap<>();
        int limited = 0;
        for (var listener : byAddress.entrySet()) {
            boolean admitted = listener.getKey().equals(GroupMetrics.EPHEMERAL)
                    || own.contains(listener.getKey())
                    || own.size() < max && own.add(listener.getKey());
            limited += admitted ? 0 : 1;
            series.computeIfAbsent(admitted ? listener.getKey() : GroupMetrics.OTHER, _ -> new ArrayList<>())
                    .addAll(listener.getValue());
        }
        sink.add(Metric.LIMITED_NAMES, limited, "listener");
        return series;
    }

    private static void addGauges(ListenerTracker.Listeners listeners, int place, String address, MetricSink sink) {
        sink.add(Metric.LISTENER_SOCKETS, 1, address);
        sink.add(Metric.LISTENER_ACCEPT_QUEUE, listeners.toAccept(place), address);
        sink.add(
                Metric.LISTENER_ACCEPT_QUEUE_LIMIT,
                listeners.snapshot().sockets().sendQueue(place),
                address);
        sink.add(Metric.LISTENER_BACKLOG, listeners.waiting(place), address);
        sink.add(Metric.LISTENER_CONNECTIONS, listeners.accepted(place), address);
    }

    private static long[] counters(ListenerTracker.Listeners listeners, int place) {
        return new long[] {
            listeners.counted(place, ListenerCounter.SYNS),
            listeners.counted(place, ListenerCounter.ESTABLISHED),
            listeners.counted(place, ListenerCounter.ACCEPTED),
            listeners.counted(place, ListenerCounter.OVERFLOWS),
            listeners.dropped(place)
        };
    }

    /** Adds the growth of a socket's counters; one that fell has begun anew. */
    private static void grow(long[] total, long[] before, long[] now) {
        for (int i = 0; i < total.length; i++) {
            if (now[i] != ListenerTable.UNKNOWN) {
                long known = Math.max(before[i], 0);
                total[i] = Math.max(total[i], 0) + (now[i] >= known ? now[i] - known : now[i]);
            }
        }
    }
}
