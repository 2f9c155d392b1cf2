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
import org.jspecify.annotations.Nullable;

/**
 * Measures the overflow of each listener. All sockets are read for it, so they are read only while the host's counter of overflows grows.
 * The first reading has no drops to compare with: a listener is measured from the second window on in which the counter grows. The host's
 * counter is measured at once. Used by one thread.
 */
final class ListenerMeasures {
    private final Supplier<SocketSnapshot> sockets;

    /** The drops of each listener by its cookie at the end of the previous window; null if the sockets were not read then. */
    private @Nullable Map<Long, Long> drops;

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
            drops = null;
            return List.of();
        }
        SocketSnapshot snapshot = sockets.get();
        SocketColumns columns = snapshot.sockets();
        Map<Long, Long> before = drops;
        Map<Long, Long> read = new HashMap<>();
        List<Measurement> all = new ArrayList<>();
        for (int place : snapshot.rows(SocketOrder.LISTENERS)) {
            long now = Math.max(0, columns.drops(place));
            read.put(columns.cookie(place), now);
            // A listener that is new since has dropped all of it in this window.
            long dropped = before == null ? 0 : now - before.getOrDefault(columns.cookie(place), 0L);
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
