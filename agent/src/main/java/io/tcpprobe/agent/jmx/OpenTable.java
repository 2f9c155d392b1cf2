package io.tcpprobe.agent.jmx;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/**
 * A table of open data. A column is declared once: its name, type and meaning, and what it shows of a row. Absent values are null. Immutable.
 *
 * @param <R> what a row is about
 */
final class OpenTable<R> {
    /** The place of a row in its table: tables and JSON objects do not keep the order. */
    static final String RANK = "rank";

    private final List<Column<R>> columns;
    private final TabularType type;

    /** Returns what a column shows. */
    @FunctionalInterface
    interface Value<R> {
        /**
         * Returns the value of a row.
         *
         * @param rank its place, from 1
         */
        @Nullable
        Object of(long rank, R row);
    }

    /** A column. */
    record Column<R>(String name, OpenType<?> type, String doc, Value<R> value) {
        /** Creates a column that does not depend on the place. */
        static <R> Column<R> of(String name, OpenType<?> type, String doc, Function<R, @Nullable Object> value) {
            return new Column<>(name, type, doc, (_, row) -> value.apply(row));
        }

        /** Creates the column of the place. */
        static <R> Column<R> rank(String doc) {
            return new Column<>(RANK, SimpleType.LONG, doc, (rank, _) -> rank);
        }
    }

    /**
     * What a table is called, and its rows.
     *
     * @param row name of the type of a row
     * @param rowDoc meaning of a row
     * @param table name of the type of the table
     * @param tableDoc meaning of the table
     * @param index name of the column that identifies a row
     */
    record Names(String row, String rowDoc, String table, String tableDoc, String index) {}

    /** Creates a table; two columns of one name are a fault of the program. */
    OpenTable(Names names, List<Column<R>> columns) {
        this.columns = List.copyOf(columns);
        try {
            CompositeType row = new CompositeType(
                    names.row,
                    names.rowDoc,
                    columns.stream().map(Column::name).toArray(String[]::new),
                    columns.stream().map(Column::doc).toArray(String[]::new),
                    columns.stream().map(Column::type).toArray(OpenType<?>[]::new));
            type = new TabularType(names.table, names.tableDoc, row, new String[] {names.index});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the columns of " + names.table + " make no type", wrong);
        }
    }

    /** Returns the type of the table. */
    TabularType type() {
        return type;
    }

    /** Returns the rows as a table. */
    TabularData of(Collection<R> rows) {
        return of(rows, 1);
    }

    /** Returns the same; the first row has this rank. */
    TabularData of(Collection<R> rows, long firstRank) {
        TabularDataSupport table = new TabularDataSupport(type, rows.size() * 4 / 3 + 1, 0.75f);
        long rank = firstRank;
        for (R row : rows) {
            table.put(row(rank++, row));
        }
        return table;
    }

    /** Returns one row, with this rank. */
    CompositeData row(long rank, R row) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        columns.forEach(column -> values.put(column.name, column.value.of(rank, row)));
        try {
            return new CompositeDataSupport(type.getRowType(), values);
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("a row does not match the type " + type.getTypeName(), wrong);
        }
    }
}
