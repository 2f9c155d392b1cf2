package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.groups.Group;
import io.tcpprobe.agent.groups.GroupSnapshot;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.ArrayList;
import java.util.List;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;

/** Groups of one kind as rows of tabular data. Absent values are null. */
final class GroupTableType {
    private static final String NUMBER = "number";

    private static final OpenTable<Row> TABLE = table();

    /** The type of the tables. */
    static final TabularType TYPE = TABLE.type();

    private GroupTableType() {}

    private record Row(GroupSnapshot snapshot, Group group) {}

    private static OpenTable<Row> table() {
        List<OpenTable.Column<Row>> columns = new ArrayList<>(List.of(
                OpenTable.Column.of(
                        NUMBER,
                        SimpleType.LONG,
                        "The group's number, which does not change while the agent runs; 1 is the group other.",
                        row -> (long) row.group.number()),
                OpenTable.Column.of("name", SimpleType.STRING, "The group's name.", row -> row.group.name()),
                OpenTable.Column.of(
                        "takenNanos",
                        SimpleType.LONG,
                        "When the live flows in it were read, in CLOCK_MONOTONIC, in nanoseconds; the same in all rows. The counters changed"
                                + " between two such times, so a rate is their difference divided by that of the times.",
                        row -> row.snapshot.takenNanos())));
        for (GroupField field : GroupField.all()) {
            String unit = field.unit().label();
            columns.add(OpenTable.Column.of(
                    field.label(),
                    SimpleType.LONG,
                    unit.isEmpty() ? field.doc() : field.doc() + " In " + unit + ".",
                    row -> row.group.has(field) ? row.group.number(field) : null));
        }
        return new OpenTable<>(
                new OpenTable.Names("Group", "A group of flows.", "Groups", "Groups of flows.", NUMBER), columns);
    }

    /** Returns a table of the groups of a kind. */
    static TabularData of(GroupSnapshot snapshot, GroupKind kind) {
        return TABLE.of(snapshot.of(kind).stream()
                .map(group -> new Row(snapshot, group))
                .toList());
    }
}
