package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.mibs.EstatsColumn.Origin;
import io.tcpprobe.mibs.EstatsColumn.Reading;
import java.util.ArrayList;
import java.util.List;

/** Puts the columns of one table together, in the order of their ids. */
final class EstatsColumns {
    private static final int MICROS_PER_MILLI = 1000;

    private final String prefix;
    private final List<EstatsColumn> columns = new ArrayList<>();

    /** @param prefix what the descriptors of the table's columns begin with */
    EstatsColumns(String prefix) {
        this.prefix = prefix;
    }

    /** A field as it is. */
    EstatsColumns field(int id, String name, Smi syntax, Origin origin, FlowField field) {
        return add(
                id, name, syntax, origin, List.of(field), (flows, row, _) -> flows.number(field, row), field.label());
    }

    /** A field in microseconds as milliseconds. */
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

    /** A gauge of segments as octets. */
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

    /** A flag as TruthValue. */
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

    /** What is computed in a way of its own. */
    EstatsColumns computed(
            int id, String name, Smi syntax, Origin origin, Reading reading, String from, FlowField... needs) {
        return add(id, name, syntax, origin, List.of(needs), reading, from);
    }

    /** What is no field of a flow: the reader of the table knows how. */
    EstatsColumns other(int id, String name, Smi syntax, Origin origin, String from) {
        return add(id, name, syntax, origin, List.of(), (_, _, _) -> 0, from);
    }

    /** What cannot be had. */
    EstatsColumns without(int id, String name, Smi syntax, String why) {
        return add(id, name, syntax, Origin.NOBODY, List.of(), (_, _, _) -> 0, why);
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
