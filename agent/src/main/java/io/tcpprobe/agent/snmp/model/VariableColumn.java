package io.tcpprobe.agent.snmp.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.snmp4j.smi.Variable;

/** A column of values that exist as variables already, such as object ids; for small tables. */
public record VariableColumn<R extends TableRows>(int id, boolean wide, Presence<R> presence, VariableOf<R> variable)
        implements Column<R> {
    @Override
    public Column<R> where(Presence<R> presence) {
        return new VariableColumn<>(id, wide, presence, variable);
    }

    @Override
    public Variable value(R rows, int row) {
        return variable.get(rows, row);
    }

    @Override
    public void encode(R rows, int row, BerBuffer to) {
        try {
            value(rows, row).encodeBER(to);
        } catch (IOException impossible) {
            throw new UncheckedIOException("write to memory", impossible);
        }
    }
}
