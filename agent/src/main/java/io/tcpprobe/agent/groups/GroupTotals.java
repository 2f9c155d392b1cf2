package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The totals of all groups. A flow is a member of one group of each kind; the numbers of its groups are {@link #KINDS} consecutive elements
 * of an array, which the callers keep. Not thread-safe.
 */
final class GroupTotals {
    /** The number of kinds. */
    static final int KINDS = GroupKind.all().size();

    private static final int PROCESS = GroupKind.all().indexOf(GroupKind.PROCESS);

    private final GroupNames names;
    private final List<KindTotals> kinds;

    /**
     * Creates the totals.
     *
     * @param max maximum number of groups of each kind, without the groups other and unknown
     */
    GroupTotals(GroupNames names, int max) {
        this.names = names;
        this.kinds =
                GroupKind.all().stream().map(kind -> new KindTotals(kind, max)).toList();
    }

    /** Returns the numbers of the groups of a flow, in the order of the kinds. */
    int[] groupsOf(FlowValues flow, FlowRole role) {
        int[] groups = new int[KINDS];
        for (int i = 0; i < KINDS; i++) {
            groups[i] = kinds.get(i).numberOf(names.of(GroupKind.all().get(i), flow, role));
        }
        return groups;
    }

    /** Returns true if the process of a flow was not known when the flow was put into its groups. */
    boolean processUnknown(int[] groups, int at) {
        return kinds.get(PROCESS).isUnknown(groups[at + PROCESS]);
    }

    /** Moves a live flow to the group of its process if that has become known. */
    void moveToProcess(FlowValues flow, int[] groups, int at) {
        KindTotals processes = kinds.get(PROCESS);
        int number = processes.numberOf(GroupNames.process(flow));
        if (!processes.isUnknown(number)) {
            processes.add(groups[at + PROCESS], GroupField.FLOWS, -1);
            processes.add(number, GroupField.FLOWS, 1);
            processes.add(number, GroupField.ASSIGNED, 1);
            groups[at + PROCESS] = number;
        }
    }

    /** Adds to a value of all groups of a flow. */
    void add(int[] groups, int at, GroupField field, long more) {
        for (int kind = 0; kind < KINDS; kind++) {
            kinds.get(kind).add(groups[at + kind], field, more);
        }
    }

    /** Returns all groups as they are now. */
    List<Group> groups(Set<GroupField> present) {
        List<Group> all = new ArrayList<>();
        kinds.forEach(kind -> all.addAll(kind.groups(present)));
        return List.copyOf(all);
    }
}
