package io.tcpprobe.agent.snmp.model;

import org.snmp4j.smi.Variable;

/**
 * One column of a table that can be read. It is declared once, and asked with the rows of a moment.
 *
 * @param <R> the table's rows
 */
public sealed interface Column<R extends TableRows> permits NumberColumn, OctetColumn {
    /** Whether a row has a value in a column. Absent is not zero: such an instance does not exist. */
    interface Presence<R> {
        /** Whether a row has one. */
        boolean has(R rows, int row);

        /** Whether any row may have one; a column without is stepped over without looking at its rows. */
        default boolean any(R rows) {
            return true;
        }

        /** Returns true if it and the values can be had without waiting, for all rows. */
        default boolean ready(R rows) {
            return true;
        }
    }

    /** A row's number. */
    @FunctionalInterface
    interface NumberOf<R> {
        long get(R rows, int row);
    }

    /** A row's octets. */
    @FunctionalInterface
    interface OctetsOf<R> {
        byte[] get(R rows, int row);
    }

    /** A column of numbers that every row has. */
    static <R extends TableRows> Column<R> number(int id, NumberType type, NumberOf<R> value) {
        return new NumberColumn<>(id, type, (_, _) -> true, value);
    }

    /** A column of octets that every row has. */
    static <R extends TableRows> Column<R> octets(int id, OctetType type, OctetsOf<R> value) {
        return new OctetColumn<>(id, type, (_, _) -> true, value);
    }

    /** The same column, of which only some rows have a value. */
    Column<R> where(Presence<R> presence);

    /** Its sub-identifier below the table's entry; unsigned. */
    int id();

    /** Which rows have a value. */
    Presence<R> presence();

    /** A row's value; what an absent one gives means nothing. */
    Variable value(R rows, int row);

    /** Writes a row's value as SNMP sends it: the same bytes as {@link #value} has. */
    void encode(R rows, int row, BerBuffer to);

    /** Whether it is a Counter64, which SNMPv1 cannot carry. */
    boolean wide();
}
