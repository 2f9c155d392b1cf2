package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.groups.Group;
import io.tcpprobe.agent.groups.GroupSnapshot;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/** Groups of one kind as rows of tabular data. Absent values are null. */
final class GroupTableType {
    private static final String NUMBER = "number";
    private static final String NAME = "name";
    private static final String TAKEN = "takenNanos";

    /** The type of the tables. */
    static final TabularType TYPE = type();

    private GroupTableType() {}

    private static TabularType type() {
        Map<String, String> docs = new LinkedHashMap<>();
        Map<String, OpenType<?>> types = new LinkedHashMap<>();
        docs.put(NUMBER, "The group's number, which does not change while the agent runs; 1 is the group other.");
        types.put(NUMBER, SimpleType.LONG);
        docs.put(NAME, "The group's name.");
        types.put(NAME, SimpleType.STRING);
        docs.put(
                TAKEN,
                "When the live flows in it were read, in CLOCK_MONOTONIC, in nanoseconds; the same in all rows. The counters changed"
                        + " between two such times, so a rate is their difference divided by that of the times.");
        types.put(TAKEN, SimpleType.LONG);
        for (GroupField field : GroupField.all()) {
            String unit = field.unit().label();
            docs.put(field.label(), unit.isEmpty() ? field.doc() : field.doc() + " In " + unit + ".");
            types.put(field.label(), SimpleType.LONG);
        }
        try {
            CompositeType row = new CompositeType(
                    "Group",
                    "A group of flows.",
                    types.keySet().toArray(String[]::new),
                    docs.values().toArray(String[]::new),
                    types.values().toArray(OpenType<?>[]::new));
            return new TabularType("Groups", "Groups of flows.", row, new String[] {NUMBER});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the list of a group's values makes no type", wrong);
        }
    }

    /** Returns a table of the groups of a kind. */
    static TabularData of(GroupSnapshot snapshot, GroupKind kind) {
        TabularDataSupport table = new TabularDataSupport(TYPE);
        for (Group group : snapshot.of(kind)) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put(NUMBER, (long) group.number());
            row.put(NAME, group.name());
            row.put(TAKEN, snapshot.takenNanos());
            GroupField.all().forEach(field -> row.put(field.label(), group.has(field) ? group.number(field) : null));
            try {
                table.put(new CompositeDataSupport(TYPE.getRowType(), row));
            } catch (OpenDataException wrong) {
                throw new IllegalStateException("a group does not match its type", wrong);
            }
        }
        return table;
    }
}
