package io.tcpprobe.agent.events;

import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Measures the overflow of each listener. The sockets are read only while the host's counter of overflows grows.
 * Used by one thread.
 */
final class ListenerMeasures {
    private final Supplier<SocketSnapshot> sockets;

    /** The drops of each listener by its cookie, when the sockets were read last; empty if that is not the last window. */
    private Map<Long, Long> drops = Map.of();

    ListenerMeasures(Supplier<SocketSnapshot> sockets) {
        this.sockets = sockets;
    }

    /**
     * Measures one window.
     *
     * @param overflows how much the host's counter of overflows has grown in it
     */
    List<Measurement> measure(long overflows) {
        if (overflows == 0) {
            drops = Map.of();
            return List.of();
        }
        SocketSnapshot snapshot = sockets.get();
        SocketColumns columns = snapshot.sockets();
        Map<Long, Long> read = new HashMap<>();
        List<Measurement> all = new ArrayList<>();
        for (int place : snapshot.rows(SocketOrder.LISTENERS)) {
            long now = Math.max(0, columns.drops(place));
            read.put(columns.cookie(place), now);
            Long before = drops.get(columns.cookie(place));
            // Without an earlier reading, a full queue is the evidence.
            long dropped = before == null ? Math.min(now, overflows) : now - before;
            if (columns.receiveQueue(place) > columns.sendQueue(place) && dropped > 0) {
                all.add(measurement(columns, place, dropped));
            }
        }
        drops = read;
        return all;
    }

    private static Measurement measurement(SocketColumns columns, int place, long dropped) {
        EventSubject listener = new EventSubject(
                EventRule.Subject.LISTENER, columns.endpoints(place).local());
        String evidence = "accept queue %d of %d, drops +%d"
                .formatted(columns.receiveQueue(place), columns.sendQueue(place), dropped);
        return new Measurement(EventRule.LISTENER_OVERFLOW, listener, dropped, dropped, () -> evidence, 0);
    }
}
