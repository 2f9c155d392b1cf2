package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.groups.Group;
import io.tcpprobe.agent.groups.GroupSnapshot;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.flow.RttHistogram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;

/**
 * The values of groups. The first groups of a kind get series of their own, the busiest ones first if several are new, and keep them; all
 * others share the series other, in which they stay, so that no counter ever falls. Not thread-safe.
 */
final class GroupMetrics {
    static final String OTHER = "other";
    static final String EPHEMERAL = "ephemeral";
    private static final String UNKNOWN = "unknown";

    /** How a field is exported. */
    private record Cell(GroupField field, Metric metric, double perUnit, Optional<String> label) {
        static Cell of(GroupField field, Metric metric) {
            return new Cell(field, metric, 1, Optional.empty());
        }

        static Cell seconds(GroupField field, Metric metric) {
            return new Cell(field, metric, MetricFamily.MICROS_PER_SECOND, Optional.empty());
        }

        static Cell labelled(GroupField field, Metric metric, String label) {
            return new Cell(field, metric, 1, Optional.of(label));
        }
    }

    private static final List<Cell> CELLS = cells();

    /** The fields that are exported as the histogram. */
    private static final List<GroupField> BUCKETS = GroupField.sums().stream()
            .filter(field ->
                    field.summed().filter(RttHistogram.BUCKETS::contains).isPresent())
            .toList();

    private final Limits limits;
    private final Map<GroupKind, Set<String>> own = new EnumMap<>(GroupKind.class);

    /**
     * The limits.
     *
     * @param kinds the kinds that are exported
     * @param perKind maximum number of groups of a kind with series of their own, besides other, unknown and ephemeral
     * @param ephemeral the ports that are not told apart
     */
    record Limits(Set<GroupKind> kinds, int perKind, IntPredicate ephemeral) {}

    GroupMetrics(Limits limits) {
        this.limits = limits;
    }

    private static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>(List.of(
                Cell.of(GroupField.FLOWS, Metric.GROUP_FLOWS),
                Cell.of(GroupField.ASSIGNED, Metric.GROUP_ASSIGNED),
                Cell.of(GroupField.OPENED, Metric.GROUP_OPENED),
                Cell.of(GroupField.MISSED, Metric.GROUP_MISSED),
                Cell.of(GroupField.BYTES_SENT, Metric.GROUP_SENT_BYTES),
                Cell.of(GroupField.BYTES_ACKED, Metric.GROUP_ACKED_BYTES),
                Cell.of(GroupField.BYTES_RECEIVED, Metric.GROUP_RECEIVED_BYTES),
                Cell.of(GroupField.BYTES_RETRANS, Metric.GROUP_RETRANSMITTED_BYTES),
                Cell.of(GroupField.SEGS_OUT, Metric.GROUP_SENT_SEGMENTS),
                Cell.of(GroupField.SEGS_IN, Metric.GROUP_RECEIVED_SEGMENTS),
                Cell.of(GroupField.RETRANS, Metric.GROUP_RETRANSMITTED_SEGMENTS),
                Cell.labelled(GroupField.RETRANS_TIMEOUT, Metric.GROUP_RETRANSMISSIONS_BY_TYPE, "timeout"),
                Cell.labelled(GroupField.RETRANS_FAST, Metric.GROUP_RETRANSMISSIONS_BY_TYPE, "fast"),
                Cell.labelled(GroupField.RETRANS_PROBE, Metric.GROUP_RETRANSMISSIONS_BY_TYPE, "probe"),
                Cell.labelled(GroupField.RETRANS_HANDSHAKE, Metric.GROUP_RETRANSMISSIONS_BY_TYPE, "handshake"),
                Cell.of(GroupField.TIMEOUTS, Metric.GROUP_TIMEOUTS),
                Cell.of(GroupField.ZERO_WINDOW_PROBES, Metric.GROUP_ZERO_WINDOW_PROBES),
                Cell.seconds(GroupField.BUSY_TIME, Metric.GROUP_BUSY),
                Cell.seconds(GroupField.RWND_LIMITED, Metric.GROUP_RECEIVE_WINDOW_LIMITED),
                Cell.seconds(GroupField.SNDBUF_LIMITED, Metric.GROUP_SEND_BUFFER_LIMITED)));
        for (GroupField field : GroupField.all()) {
            field.reason()
                    .ifPresent(reason -> cells.add(Cell.labelled(
                            field, field.failure() ? Metric.GROUP_FAILED : Metric.GROUP_ENDED, reason.label())));
        }
        return List.copyOf(cells);
    }

    /** Returns the fields that are exported, for tests; the percentiles follow from the histogram. */
    static Set<GroupField> exported() {
        Set<GroupField> exported = new HashSet<>(BUCKETS);
        CELLS.forEach(cell -> exported.add(cell.field));
        exported.add(GroupField.RTT_SUM);
        return exported;
    }

    /** Adds the values of all groups. */
    void collect(GroupSnapshot snapshot, MetricSink sink) {
        for (GroupKind kind : GroupKind.all()) {
            if (limits.kinds.contains(kind)) {
                collect(kind, snapshot.of(kind), sink);
            }
        }
    }

    private void collect(GroupKind kind, List<Group> groups, MetricSink sink) {
        Map<String, List<Group>> series = new LinkedHashMap<>();
        Map<Group, String> names = names(kind, groups);
        for (Group group : groups) {
            if (isUnused(group)) {
                continue;
            }
            series.computeIfAbsent(LabelText.of(names.getOrDefault(group, OTHER)), _ -> new ArrayList<>())
                    .add(group);
        }
        series.forEach((name, members) -> collect(kind.label(), name, members, sink));
        sink.add(Metric.LIMITED_NAMES, groups.size() - names.size(), kind.label());
    }

    /** Returns true for the group other while every flow has a group of its own. */
    private static boolean isUnused(Group group) {
        return group.number() == Group.OTHER && group.number(GroupField.ASSIGNED) == 0;
    }

    /** Returns the names of the series of groups; groups without a name share the series other. */
    private Map<Group, String> names(GroupKind kind, List<Group> groups) {
        Set<String> admitted = own.computeIfAbsent(kind, _ -> new HashSet<>());
        Map<Group, String> names = new HashMap<>();
        List<Group> fresh = new ArrayList<>();
        for (Group group : groups) {
            if (group.number() == Group.OTHER) {
                names.put(group, OTHER);
            } else if (group.name().equals(UNKNOWN)) {
                names.put(group, UNKNOWN);
            } else if (kind == GroupKind.PORT && isEphemeral(group.name())) {
                names.put(group, EPHEMERAL);
            } else if (admitted.contains(group.name())) {
                names.put(group, group.name());
            } else {
                fresh.add(group);
            }
        }
        fresh.sort(Comparator.comparingLong(GroupMetrics::bytes).reversed().thenComparingInt(Group::number));
        for (Group group : fresh.subList(0, Math.min(fresh.size(), Math.max(0, limits.perKind - admitted.size())))) {
            admitted.add(group.name());
            names.put(group, group.name());
        }
        return names;
    }

    private static long bytes(Group group) {
        return group.number(GroupField.BYTES_ACKED) + group.number(GroupField.BYTES_RECEIVED);
    }

    private boolean isEphemeral(String port) {
        return port.chars().allMatch(Character::isDigit) && limits.ephemeral.test(Integer.parseInt(port));
    }

    private static void collect(String kind, String name, List<Group> members, MetricSink sink) {
        for (Cell cell : CELLS) {
            double value = 0;
            boolean present = false;
            for (Group member : members) {
                if (member.has(cell.field)) {
                    present = true;
                    value += member.number(cell.field);
                }
            }
            if (present) {
                add(cell, value / cell.perUnit, kind, name, sink);
            }
        }
        addHistogram(
                kind,
                name,
                members.stream().filter(group -> group.has(GroupField.RTT_SUM)).toList(),
                sink);
    }

    private static void add(Cell cell, double value, String kind, String name, MetricSink sink) {
        if (cell.label.isPresent()) {
            sink.add(cell.metric, value, kind, name, cell.label.get());
        } else {
            sink.add(cell.metric, value, kind, name);
        }
    }

    private static void addHistogram(String kind, String name, List<Group> members, MetricSink sink) {
        if (members.isEmpty()) {
            return;
        }
        List<Long> counts = BUCKETS.stream()
                .map(bucket -> members.stream()
                        .mapToLong(group -> group.number(bucket))
                        .sum())
                .toList();
        LongStream sums = members.stream().mapToLong(group -> group.number(GroupField.RTT_SUM));
        sink.add(Metric.GROUP_RTT, counts, sums.sum() / MetricFamily.MICROS_PER_SECOND, kind, name);
    }
}
