package io.tcpprobe.agent.events;

import io.tcpprobe.agent.groups.PeerPrefixes;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Counts the failed connects of each peer prefix and process since the last {@link #take}. At most {@value #MAX_SUBJECTS} are counted apart.
 * Thread-safe.
 */
final class FailedConnects implements FlowListener {
    static final int MAX_SUBJECTS = 2000;
    private static final double SECONDS_PER_MINUTE = 60;

    private final PeerPrefixes prefixes;
    private Map<EventSubject, Map<EndReason, Integer>> counts = new HashMap<>();

    FailedConnects(PeerPrefixes prefixes) {
        this.prefixes = prefixes;
    }

    @Override
    public void happened(Change change, FlowRows row) {
        if (change != Change.FAILED && change != Change.ENDED) {
            return;
        }
        EndReason reason = EndReason.of(row.number(FlowField.END_REASON)).orElse(EndReason.UNKNOWN);
        if (change == Change.ENDED && !failedToConnect(reason)) {
            return; // most connections end otherwise: their rows are not copied
        }
        FlowColumns flow = FlowColumns.copyOf(row);
        count(SubjectNames.peerPrefix(prefixes, flow, 0), reason);
        if (flow.has(FlowField.PID, 0)) {
            count(SubjectNames.process(flow, 0), reason);
        }
    }

    private static boolean failedToConnect(EndReason reason) {
        return switch (reason) {
            case CONNECTION_REFUSED, CONNECT_TIMED_OUT, CONNECT_CANCELLED, CONNECT_FAILED -> true;
            case UNKNOWN, FIN_SENT, FIN_RECEIVED, RESET_SENT, RESET_RECEIVED, TIMED_OUT, UNREACHABLE, DESTROYED ->
                false;
        };
    }

    private synchronized void count(EventSubject subject, EndReason reason) {
        Map<EndReason, Integer> known = counts.get(subject);
        if (known == null && counts.size() < MAX_SUBJECTS) {
            known = new EnumMap<>(EndReason.class);
            counts.put(subject, known);
        }
        if (known != null) {
            known.merge(reason, 1, Integer::sum);
        }
    }

    private synchronized Map<EventSubject, Map<EndReason, Integer>> takeCounts() {
        Map<EventSubject, Map<EndReason, Integer>> taken = counts;
        counts = new HashMap<>();
        return taken;
    }

    /**
     * Returns what was counted since the last call.
     *
     * @param seconds the time since then, above 0
     */
    List<Measurement> take(double seconds) {
        List<Measurement> all = new ArrayList<>();
        takeCounts().forEach((subject, reasons) -> {
            long failed =
                    reasons.values().stream().mapToLong(Integer::longValue).sum();
            all.add(new Measurement(
                    EventRule.FAILED_CONNECTS,
                    subject,
                    Math.round(failed * SECONDS_PER_MINUTE / seconds),
                    failed,
                    () -> reasons.entrySet().stream()
                            .map(reason -> reason.getKey().label() + " " + reason.getValue())
                            .collect(Collectors.joining(", ")),
                    0));
        });
        return all;
    }
}
