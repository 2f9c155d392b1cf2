package io.tcpprobe.agent.flowlog;

import io.tcpprobe.agent.filter.FlowFilter;
import io.tcpprobe.kernel.flow.FlowValue;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A query of the flow log as SQL for one file. Values are parameters, never part of the text. */
final class LogSql {
    private static final int IPV4 = 4;
    private static final int IPV6 = 16;
    private static final int IPV6_WITH_ZONE = 20;

    private final Set<String> columns;
    private final StringBuilder text = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    /**
     * Creates the statement.
     *
     * @param columns the columns that the file has: one of a former version may lack some, which are absent then
     * @param oldest when the first flow of the file ended
     */
    LogSql(LogQuery query, Set<String> columns, long oldest) {
        this.columns = columns;
        String selected =
                LogColumn.ALL.stream().map(column -> name(column.value())).collect(Collectors.joining(", "));
        long since = query.since().toEpochMilli();
        // The plus keeps SQLite from using the index. If all rows are in the period, reading them in their order is
        // faster,
        // unless the order of the index is asked for.
        String ended = query.by().isPresent() && oldest >= since ? "+ended" : "ended";
        text.append("SELECT ended, %s FROM flows WHERE %s >= ?".formatted(selected, ended));
        parameters.add(since);
        text.append(" AND ");
        append(query.filter());
        text.append(" ORDER BY ");
        query.by().ifPresent(by -> text.append(name(by)).append(" DESC NULLS LAST, "));
        text.append("ended DESC LIMIT ?");
        parameters.add((long) query.limit());
    }

    /**
     * Checks a query.
     *
     * @throws IllegalArgumentException if it names a field that the log does not keep
     */
    static void check(LogQuery query) {
        LogSql _ = new LogSql(query, Set.of(), 0);
    }

    private String name(FlowValue field) {
        LogColumn column = LogColumn.of(field).orElseThrow(() -> notKept(field));
        return columns.contains(field.label()) ? column.sqlName() : "NULL";
    }

    static IllegalArgumentException notKept(FlowValue field) {
        return notKept(field.label());
    }

    private static IllegalArgumentException notKept(String label) {
        return new IllegalArgumentException("search the flow log: it does not keep " + label + "; it keeps "
                + LogColumn.ALL.stream().map(column -> column.value().label()).collect(Collectors.joining(", ")));
    }

    private void append(FlowFilter filter) {
        switch (filter) {
            case FlowFilter.And and -> join(and.parts(), " AND ", "1");
            case FlowFilter.Or or -> join(or.parts(), " OR ", "0");
            case FlowFilter.Not not -> {
                text.append("(");
                append(not.part());
                text.append(") IS NOT TRUE");
            }
            case FlowFilter.Compare compare -> {
                text.append(name(compare.field()))
                        .append(' ')
                        .append(compare.operator().sign())
                        .append(" ?");
                parameters.add(compare.value());
            }
            case FlowFilter.Rate compare -> throw notKept(compare.rate().label());
            case FlowFilter.Text part -> {
                text.append(
                        part.contains()
                                ? "instr(lower(" + name(part.field()) + "), lower(?)) > 0"
                                : "lower(" + name(part.field()) + ") = lower(?)");
                parameters.add(part.value());
            }
            case FlowFilter.Prefix prefix -> appendPrefix(prefix);
        }
    }

    private void join(List<FlowFilter> parts, String word, String none) {
        text.append("(");
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : word);
            append(parts.get(i));
        }
        text.append(parts.isEmpty() ? none : "").append(")");
    }

    /** A zone index of four bytes follows the 16 bytes of a link-local address; the last address includes each. */
    private void appendPrefix(FlowFilter.Prefix prefix) {
        String name = name(prefix.field());
        int length = prefix.prefix().size();
        text.append("(%s BETWEEN ? AND ? AND length(%s) IN (%s))"
                .formatted(name, name, length == IPV4 ? "4" : IPV6 + ", " + IPV6_WITH_ZONE));
        byte[] first = new byte[length];
        byte[] last = new byte[length == IPV4 ? IPV4 : IPV6_WITH_ZONE];
        Arrays.fill(last, (byte) 0xff);
        for (int i = 0; i < length; i++) {
            int kept = Math.clamp(prefix.bits() - i * (long) Byte.SIZE, 0, Byte.SIZE);
            int mask = 0xff00 >> kept & 0xff;
            first[i] = (byte) (prefix.prefix().get(i) & mask);
            last[i] = (byte) (first[i] | ~mask);
        }
        parameters.add(first);
        parameters.add(last);
    }

    String text() {
        return text.toString();
    }

    void bind(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
    }
}
