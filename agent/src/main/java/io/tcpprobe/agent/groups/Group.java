package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.flow.RttHistogram;
import java.util.List;
import java.util.Set;

/** One group at one moment. Immutable. */
public final class Group {
    /** The number of the group that has the flows without a group of their own. */
    public static final int OTHER = 1;

    private static final List<GroupField> BUCKETS = GroupField.sums().stream()
            .filter(field ->
                    field.summed().filter(RttHistogram.BUCKETS::contains).isPresent())
            .toList();

    private final GroupKind kind;
    private final int number;
    private final String name;
    private final long[] totals;
    private final Set<GroupField> present;

    /**
     * Creates a group.
     *
     * @param totals by {@link GroupField#id}; not copied
     * @param present the fields that the source provides
     */
    Group(GroupKind kind, int number, String name, long[] totals, Set<GroupField> present) {
        this.kind = kind;
        this.number = number;
        this.name = name;
        this.totals = totals;
        this.present = present;
    }

    /** Returns its kind. */
    public GroupKind kind() {
        return kind;
    }

    /** Returns its number, from 1; it does not change while the agent runs, and no other group of its kind gets it. */
    public int number() {
        return number;
    }

    /** Returns its name: "client", "443", "nginx", "192.0.2.0/24"; "other" if its number is {@link #OTHER}. */
    public String name() {
        return name;
    }

    /** Returns true if the source provides a value. */
    public boolean has(GroupField field) {
        return present.contains(field) && (!field.percentile() || rtt().samples() > 0);
    }

    /** Returns a value; undefined if absent. */
    public long number(GroupField field) {
        return switch (field) {
            case RTT_P50 -> rtt().percentile(50);
            case RTT_P90 -> rtt().percentile(90);
            case RTT_P99 -> rtt().percentile(99);
            default -> totals[field.id()];
        };
    }

    /** Returns the round-trip times of its flows since the agent started; without samples if the source has no {@link FlowField#RTT_SUM}. */
    public RttHistogram rtt() {
        return RttHistogram.of(
                BUCKETS.stream().mapToLong(field -> totals[field.id()]).toArray());
    }

    @Override
    public String toString() {
        return kind.label() + " " + name;
    }
}
