package io.tcpprobe.agent.snmp.model;

import org.snmp4j.smi.Variable;

/** A column of octets: texts, addresses, times. */
public record OctetColumn<R extends TableRows>(int id, OctetType type, Presence<R> presence, OctetsOf<R> octets)
        implements Column<R> {
    @Override
    public Column<R> where(Presence<R> presence) {
        return new OctetColumn<>(id, type, presence, octets);
    }

    @Override
    public Variable value(R rows, int row) {
        return type.variable(octets.get(rows, row));
    }

    @Override
    public void encode(R rows, int row, BerBuffer to) {
        type.encode(octets.get(rows, row), to);
    }

    @Override
    public boolean wide() {
        return false;
    }
}
