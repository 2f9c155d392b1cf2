package io.tcpprobe.agent.snmp.model;

import org.snmp4j.smi.Variable;

/** A column of numbers. */
public record NumberColumn<R extends TableRows>(int id, NumberType type, Presence<R> presence, NumberOf<R> number)
        implements Column<R> {
    @Override
    public Column<R> where(Presence<R> presence) {
        return new NumberColumn<>(id, type, presence, number);
    }

    @Override
    public Variable value(R rows, int row) {
        return type.variable(number.get(rows, row));
    }

    @Override
    public void encode(R rows, int row, BerBuffer to) {
        type.encode(number.get(rows, row), to);
    }

    @Override
    public boolean wide() {
        return type == NumberType.COUNTER64;
    }
}
