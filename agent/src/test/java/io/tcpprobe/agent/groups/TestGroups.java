package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Groups that a test makes up. The group other of each kind is there from the beginning, as in an agent. */
public final class TestGroups {
    private final List<Group> groups = new ArrayList<>();
    private final Set<GroupField> present;

    /** Groups of a source that provides these fields. */
    public TestGroups(Set<GroupField> present) {
        this.present = present;
    }

    /** Groups of a source that provides all fields. */
    public static TestGroups complete() {
        return new TestGroups(EnumSet.allOf(GroupField.class));
    }

    /** Adds a group; every field has the value. */
    public TestGroups add(GroupKind kind, int number, String name, long value) {
        long[] totals = new long[GroupField.ID_LIMIT];
        for (GroupField field : GroupField.all()) {
            totals[field.id()] = value;
        }
        groups.add(new Group(kind, number, name, totals, present));
        return this;
    }

    /** The groups at one moment. */
    public GroupSnapshot snapshot() {
        return new GroupSnapshot(0, List.copyOf(groups));
    }
}
