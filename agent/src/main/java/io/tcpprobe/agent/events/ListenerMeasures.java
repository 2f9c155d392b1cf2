package io.tcpprobe.agent.events;

import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures the overflow of each listener. Where the source counts overflows, these are the measure, and sockets are read only if one has
 * grown. Otherwise it is the drops of each listener whose accept queue is full; all sockets are read for it, so they are read only while the
 * host's counter of overflows grows. The first reading has nothing to compare with: with drops, a listener is measured from the second
 * window on in which the counter grows. The host's counter is measured at once. Used by one thread.
 */
final class ListenerMeasures {
    /** Overflows of an address, with the place of one of its listeners. */
    private record Overflow(int place, long growth) {
        Overflow plus(Overflow other) {
            return new Overflow(growth < other.growth ? other.place : place, growth + other.growth);
        }
    }

    /** Windows without an overflow after which the drops are forgotten: SYNs are sent again after 1, 2 and 4 seconds. */
    private static final int KEPT_WINDOWS = 10;

    private final Supplier<SocketSnapshot> sockets;

    /** The drops or overflows of each listener by its cookie at the end of the previous window; null if they were not read then. */
    private @Nullable Map<Long, Long> previous;

    private boolean previousExact;

    /** Windows without an overflow since the last one with any. */
    private int quiet;

    ListenerMeasures(Supplier<SocketSnapshot> sockets) {
        this.sockets = sockets;
    }

    /** Forgets the previous reading if it was one of another measure: another source is used. */
    private void begin(boolean exact) {
        if (exact != previousExact) {
            previous = null;
            previousExact = exact;
        }
    }

    /** Measures the time since the previous snapshot by what the source counts for single listeners. */
    List<Measurement> ofOverflows(ListenerTable counted) {
        begin(true);
        Map<Long, Long> before = previous;
        Map<Long, Long> read = new HashMap<>();
        Map<Long, Long> grown = new HashMap<>();
        for (long cookie : counted.cookies()) {
            long now = counted.get(cookie, ListenerCounter.OVERFLOWS);
            read.put(cookie, now);
            // A listener that is new since has had all of them in this window.
            long growth = before == null ? 0 : now - before.getOrDefault(cookie, 0L);
            if (growth > 0) {
                grown.put(cookie, growth);
            }
        }
        previous = read;
        return grown.isEmpty() ? List.of() : measurements(grown);
    }

    /** Sums listeners that share a port. */
    private List<Measurement> measurements(Map<Long, Long> grown) {
        SocketColumns columns = sockets.get().sockets();
        Map<String, Overflow> byAddress = new LinkedHashMap<>();
        for (int place = 0; place < columns.size(); place++) {
            Long growth = grown.get(columns.cookie(place));
            if (growth != null) {
                byAddress.merge(columns.endpoints(place).local(), new Overflow(place, growth), Overflow::plus);
            }
        }
        return byAddress.values().stream()
                .map(overflow -> measurement(columns, overflow.place, overflow.growth, "overflows"))
                .toList();
    }

    /**
     * Measures the time since the last window with an overflow by drops.
     *
     * @param overflows how much the host's counter of overflows has grown in it
     */
    List<Measurement> ofDrops(long overflows) {
        begin(false);
        if (overflows == 0) {
            quiet++;
            if (quiet >= KEPT_WINDOWS) {
                previous = null;
            }
            return List.of();
        }
        quiet = 0;
        SocketSnapshot snapshot = sockets.get();
        SocketColumns columns = snapshot.sockets();
        Map<Long, Long> before = previous;
        Map<Long, Long> read = new HashMap<>();
        List<Measurement> all = new ArrayList<>();
        for (int place : snapshot.rows(SocketOrder.LISTENERS)) {
            long now = Math.max(0, columns.drops(place));
            read.put(columns.cookie(place), now);
            // A listener that is new since has dropped all of it in this window.
            long dropped = before == null ? 0 : now - before.getOrDefault(columns.cookie(place), 0L);
            if (columns.receiveQueue(place) > columns.sendQueue(place) && dropped > 0) {
                all.add(measurement(columns, place, dropped, "drops"));
            }
        }
        previous = read;
        return all;
    }

    private static Measurement measurement(SocketColumns columns, int place, long growth, String what) {
        EventSubject listener = new EventSubject(
                EventRule.Subject.LISTENER, columns.endpoints(place).local());
        String evidence = "accept queue %d of %d, %s +%d"
                .formatted(columns.receiveQueue(place), columns.sendQueue(place), what, growth);
        return new Measurement(EventRule.LISTENER_OVERFLOW, listener, growth, growth, () -> evidence, 0);
    }
}
