package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.mibs.EstatsColumn.Origin;
import io.tcpprobe.mibs.EstatsColumn.Reading;
import java.util.ArrayList;
import java.util.List;

/** Builds the columns of one table, in the order of their ids. */
final class EstatsColumns {
    private static final int MICROS_PER_MILLI = 1000;

    private final String prefix;
    private final List<EstatsColumn> columns = new ArrayList<>();

    /** @param prefix the prefix of the descriptors of the table's columns */
    EstatsColumns(String prefix) {
        this.prefix = prefix;
    }

    /** Adds a field as it is. */
    EstatsColumns field(int id, String name, Smi syntax, Origin origin, FlowField field) {
        return add(
                id, name, syntax, origin, List.of(field), (flows, row, _) -> flows.number(field, row), field.label());
    }

    /** Adds a field in microseconds as milliseconds. */
    EstatsColumns millis(int id, String name, Smi syntax, Origin origin, FlowField field) {
        return add(
                id,
                name,
                syntax,
                origin,
                List.of(field),
                (flows, row, _) -> Long.divideUnsigned(flows.number(field, row), MICROS_PER_MILLI),
                field.label() + " / 1000");
    }

    /** Adds a gauge of segments as octets. */
    EstatsColumns octets(int id, String name, FlowField field) {
        return add(
                id,
                name,
                Smi.GAUGE32,
                Origin.KERNEL,
                List.of(field, FlowField.MSS),
                (flows, row, _) -> flows.number(field, row) * flows.number(FlowField.MSS, row),
                field.label() + " * mss");
    }

    /** Adds a flag as TruthValue. */
    EstatsColumns truth(int id, String name, Origin origin, FlowField flag) {
        return add(
                id,
                name,
                Smi.ENUMERATION,
                origin,
                List.of(flag),
                (flows, row, _) -> flows.number(flag, row) != 0 ? 1 : 2,
                flag.label());
    }

    /** Adds a column with its own computation. */
    EstatsColumns computed(
            int id, String name, Smi syntax, Origin origin, Reading reading, String from, FlowField... needs) {
        return add(id, name, syntax, origin, List.of(needs), reading, from);
    }

    /** Adds a column that is not a field of a flow; the reader of the table supplies its value. */
    EstatsColumns other(int id, String name, Smi syntax, Origin origin, String from) {
        return add(id, name, syntax, origin, List.of(), (_, _, _) -> 0, from);
    }

    /** Adds a column that is unavailable. */
    EstatsColumns without(int id, String name, Smi syntax, String why) {
        return add(id, name, syntax, Origin.UNAVAILABLE, List.of(), (_, _, _) -> 0, why);
    }

    private EstatsColumns add(
            int id, String name, Smi syntax, Origin origin, List<FlowField> needs, Reading reading, String from) {
        columns.add(new EstatsColumn(id, prefix + name, syntax, origin, needs, reading, from));
        return this;
    }

    List<EstatsColumn> list() {
        return List.copyOf(columns);
    }
}
