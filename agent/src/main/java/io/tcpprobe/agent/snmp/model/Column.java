package io.tcpprobe.agent.snmp.model;

import org.snmp4j.smi.Variable;

/**
 * One readable column of a table. It is declared once and evaluated on the rows of one moment.
 *
 * @param <R> the table's rows
 */
public sealed interface Column<R extends TableRows> permits NumberColumn, OctetColumn, VariableColumn {
    /** Reports which rows have a value in a column. Absent is not zero: such an instance does not exist. */
    interface Presence<R> {
        /** Returns true if a row has a value. */
        boolean has(R rows, int row);

        /** Returns true if any row may have a value; a column without values is skipped without checking its rows. */
        default boolean any(R rows) {
            return true;
        }

        /** Returns true if presence and values of all rows are available without waiting. */
        default boolean ready(R rows) {
            return true;
        }

        /** Returns true if presence and value of one row are available without waiting, once {@link #ready(Object)} is true. */
        default boolean ready(R rows, int row) {
            return true;
        }
    }

    /** Returns a row's number. */
    @FunctionalInterface
    interface NumberOf<R> {
        long get(R rows, int row);
    }

    /** Returns a row's octets. */
    @FunctionalInterface
    interface OctetsOf<R> {
        byte[] get(R rows, int row);
    }

    /** Returns a row's value. */
    @FunctionalInterface
    interface VariableOf<R> {
        Variable get(R rows, int row);
    }

    /** Creates a column of numbers that every row has. */
    static <R extends TableRows> Column<R> number(int id, NumberType type, NumberOf<R> value) {
        return new NumberColumn<>(id, type, (_, _) -> true, value);
    }

    /** Creates a column of octets that every row has. */
    static <R extends TableRows> Column<R> octets(int id, OctetType type, OctetsOf<R> value) {
        return new OctetColumn<>(id, type, (_, _) -> true, value);
    }

    /**
     * Creates a column of values that exist as variables already, and that every row has.
     *
     * @param wide see {@link #wide()}
     */
    static <R extends TableRows> Column<R> variable(int id, boolean wide, VariableOf<R> value) {
        return new VariableColumn<>(id, wide, (_, _) -> true, value);
    }

    /** Returns the same column with other presence: only some rows have a value. */
    Column<R> where(Presence<R> presence);

    /** Returns the sub-identifier below the table's entry; unsigned. */
    int id();

    /** Returns which rows have a value. */
    Presence<R> presence();

    /** Returns a row's value; undefined if it is absent. */
    Variable value(R rows, int row);

    /** Writes a row's value as SNMP sends it: the encoding of {@link #value}. */
    void encode(R rows, int row, BerBuffer to);

    /** Returns true if it is a Counter64, which SNMPv1 cannot carry. */
    boolean wide();
}
