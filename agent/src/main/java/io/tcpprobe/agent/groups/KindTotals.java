package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The totals of the groups of one kind. The first names get groups of their own, up to a maximum, and keep them until the agent ends. All
 * other names share the group other. The group unknown always has room: what its flows are may become known later.
 */
final class KindTotals {
    private final GroupKind kind;
    private final int max;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<long[]> totals = new ArrayList<>();

    /** The number of the group unknown; 0 while there is none. */
    private int unknown;

    /**
     * Creates the totals; there is only the group other.
     *
     * @param max maximum number of groups, without the groups other and unknown
     */
    KindTotals(GroupKind kind, int max) {
        this.kind = kind;
        this.max = max;
        add(GroupNames.OTHER);
    }

    private int add(String name) {
        names.add(name);
        totals.add(new long[GroupField.ID_LIMIT]);
        return names.size();
    }

    /** Returns the number of the group of a name; creates it if there is room. */
    int numberOf(String name) {
        return name.equals(GroupNames.UNKNOWN) ? numberOfUnknown() : numberOfKnown(name);
    }

    private int numberOfUnknown() {
        if (unknown == 0) {
            unknown = add(GroupNames.UNKNOWN);
        }
        return unknown;
    }

    private int numberOfKnown(String name) {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        if (numbers.size() == max) {
            return Group.OTHER;
        }
        int number = add(name);
        numbers.put(name, number);
        return number;
    }

    /** Returns true if the group with this number is the group unknown. */
    boolean isUnknown(int number) {
        return number == unknown;
    }

    /** Adds to a value of a group. */
    void add(int number, GroupField field, long more) {
        totals.get(number - 1)[field.id()] += more;
    }

    /** Returns the groups as they are now. */
    List<Group> groups(Set<GroupField> present) {
        List<Group> all = new ArrayList<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            all.add(new Group(kind, i + 1, names.get(i), totals.get(i).clone(), present));
        }
        return all;
    }
}
