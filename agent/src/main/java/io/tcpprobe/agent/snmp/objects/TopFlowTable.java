package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.TopFlows;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.mibs.TopColumn;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.OID;

/**
 * The table of top flows, .1.7.1 of TCPPROBE-MIB, indexed by the id of the measure and the rank. Every measure has rows for all ranks;
 * ranks without a flow are holes. So a walk finds its place without ranking anything, and a measure is ranked when one of its rows is
 * read: once for each snapshot. A request that may not wait ranks few flows only.
 */
public final class TopFlowTable implements Table<TopFlowTable.Rows> {
    /** The rows of a snapshot: the ranks of the first measure, those of the second, and so on. */
    record Rows(TopFlows top) implements TableRows {
        @Override
        public int size() {
            return TopFlows.MEASURES.size() * top.count();
        }

        @Override
        public int index(int row, int[] arcs) {
            arcs[0] = measure(row).id();
            arcs[1] = rank(row);
            return 2;
        }

        private FlowMeasure measure(int row) {
            return TopFlows.MEASURES.get(row / top.count());
        }

        private int rank(int row) {
            return row % top.count() + 1;
        }

        @Nullable
        Flow flow(int row) {
            return top.flow(row / top.count(), rank(row));
        }

        boolean ready(int row) {
            return top.snapshot().computedAtOnce() || top.isRanked(row / top.count());
        }
    }

    /**
     * A ranked flow.
     *
     * @param measure what it is ranked by
     * @param flow the flow
     */
    private record Ranked(FlowMeasure measure, Flow flow) {
        FlowMeasure.Values values(FlowMeasure which) {
            return which.in(flow.snapshot());
        }

        boolean hasRate() {
            return measure.rate().filter(rate -> values(rate).has(flow.index())).isPresent();
        }

        long rate() {
            return measure.rate().map(rate -> values(rate).number(flow.index())).orElse(0L);
        }

        boolean hasValue() {
            return values(measure.total()).has(flow.index());
        }

        long value() {
            return values(measure.total()).number(flow.index());
        }
    }

    /**
     * Reports which ranks have a value.
     *
     * @param has returns true if a ranked flow has it
     * @param ready returns true if the values of all flows are available without waiting
     */
    private record RankPresence(Predicate<Ranked> has, Predicate<TopFlows> ready) implements Column.Presence<Rows> {
        @Override
        public boolean has(Rows rows, int row) {
            Flow flow = rows.flow(row);
            return flow != null && has.test(new Ranked(rows.measure(row), flow));
        }

        @Override
        public boolean ready(Rows rows) {
            return ready.test(rows.top);
        }

        @Override
        public boolean ready(Rows rows, int row) {
            return rows.ready(row);
        }
    }

    private static final List<Column<Rows>> COLUMNS =
            Arrays.stream(TopColumn.values()).map(TopFlowTable::column).toList();

    private final FlowSnapshotCache snapshots;
    private final TopFlows.Cache cache;
    private final OID entry;

    /**
     * Creates the table.
     *
     * @param count the maximum rank
     */
    public TopFlowTable(FlowSnapshotCache snapshots, int count, int[] entry) {
        this.snapshots = snapshots;
        this.cache = new TopFlows.Cache(count);
        this.entry = new OID(entry);
    }

    private static Column<Rows> column(TopColumn column) {
        return switch (column) {
            case MEASURE_NAME -> text(column, ranked -> ranked.measure.label()).where(always(_ -> true));
            case FLOW_ID -> number(column, ranked -> ranked.flow.id()).where(always(_ -> true));
            case VALUE -> number(column, Ranked::value).where(always(Ranked::hasValue));
            case RATE -> number(column, Ranked::rate).where(withVerdicts(Ranked::hasRate));
            case LOCAL -> flowText(column, FlowText.LOCAL);
            case REMOTE -> flowText(column, FlowText.REMOTE);
            case PROCESS -> flowText(column, FlowText.PROCESS);
            case VERDICT -> verdict(column, VerdictField.VERDICT);
            case RECEIVER_VERDICT -> verdict(column, VerdictField.RECEIVER_VERDICT);
        };
    }

    private static RankPresence always(Predicate<Ranked> has) {
        return new RankPresence(has, _ -> true);
    }

    private static RankPresence withVerdicts(Predicate<Ranked> has) {
        return new RankPresence(
                has, top -> top.snapshot().verdicts().made() || top.snapshot().computedAtOnce());
    }

    private static Column<Rows> flowText(TopColumn column, FlowText flowText) {
        return text(column, ranked -> ranked.flow.text(flowText))
                .where(new RankPresence(ranked -> ranked.flow.has(flowText), top -> ready(top, flowText.needs())));
    }

    private static boolean ready(TopFlows top, List<FlowField> fields) {
        return fields.stream().allMatch(top.snapshot().flows()::ready);
    }

    private static Column<Rows> verdict(TopColumn column, VerdictField field) {
        return number(column, ranked -> ranked.flow.number(field))
                .where(withVerdicts(ranked -> ranked.flow.has(field)));
    }

    private static Column<Rows> text(TopColumn column, Function<Ranked, String> text) {
        return Column.octets(
                column.arc(), OctetType.OCTET_STRING, (rows, row) -> OctetType.ascii(text.apply(ranked(rows, row))));
    }

    private static Column<Rows> number(TopColumn column, Function<Ranked, Long> number) {
        return Column.number(
                column.arc(), NumberType.of(column.syntax()), (rows, row) -> number.apply(ranked(rows, row)));
    }

    private static Ranked ranked(Rows rows, int row) {
        Flow flow = rows.flow(row);
        if (flow == null) {
            throw new IllegalArgumentException("no flow has this rank");
        }
        return new Ranked(rows.measure(row), flow);
    }

    @Override
    public OID root() {
        return entry;
    }

    @Override
    public List<Column<Rows>> columns() {
        return COLUMNS;
    }

    @Override
    public Rows rows() {
        return new Rows(cache.of(snapshots.current()));
    }

    @Override
    public boolean ready() {
        return snapshots.ready();
    }

    @Override
    public boolean ready(OID instance) {
        if (!Table.super.ready(instance)) {
            return false;
        }
        Rows rows = rows();
        int row = instance.size() > entry.size() ? rows.row(instance.getValue(), entry.size() + 1) : -1;
        return row < 0 || rows.ready(row);
    }
}
