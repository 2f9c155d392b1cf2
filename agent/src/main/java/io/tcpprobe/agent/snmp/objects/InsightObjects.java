package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.FlowSummary;
import io.tcpprobe.agent.flows.SnapshotCached;
import io.tcpprobe.agent.flows.WindowSummary;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.mibs.InsightScalar;
import io.tcpprobe.mibs.TcpProbeMib;
import io.tcpprobe.mibs.VerdictCountColumn;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.Variable;

/** What all flows did in the last window: scalars (.1.8.1 of TCPPROBE-MIB), and the number of flows by verdict (.1.8.2). */
public final class InsightObjects {
    private final FlowSnapshotCache snapshots;
    private final TcpProbeMib mib;
    private final SnapshotCached<WindowSummary> windows = new SnapshotCached<>(WindowSummary::of);
    private final SnapshotCached<FlowSummary> summaries = new SnapshotCached<>(FlowSummary::of);

    public InsightObjects(FlowSnapshotCache snapshots, TcpProbeMib mib) {
        this.snapshots = snapshots;
        this.mib = mib;
    }

    /** Returns true if the summaries of the current snapshot are known, or are computed at once. */
    private boolean ready() {
        if (!snapshots.ready()) {
            return false;
        }
        FlowSnapshot snapshot = snapshots.current();
        return snapshot.computedAtOnce() || windows.made(snapshot) && summaries.made(snapshot);
    }

    /** Returns the scalars. */
    public Subtree scalars() {
        Scalars scalars = new Scalars(new OID(mib.insight().toArray()), this::ready);
        for (InsightScalar scalar : InsightScalar.values()) {
            scalars.add(new OID(mib.insight().then(scalar.arc()).toArray()), () -> value(scalar));
        }
        return scalars;
    }

    private Variable value(InsightScalar scalar) {
        FlowSnapshot snapshot = snapshots.current();
        WindowSummary window = windows.of(snapshot);
        FlowSummary summary = summaries.of(snapshot);
        return switch (scalar) {
            case WINDOW -> number(scalar, window.windowMillis());
            case RETRANSMISSIONS -> number(scalar, window.retransmissionsPerMillion());
            case SRTT_P50 -> number(scalar, summary.medianSrttMicros());
            case SRTT_P90 -> number(scalar, summary.p90SrttMicros());
            case SRTT_P99 -> number(scalar, summary.p99SrttMicros());
            case TOP_TALKER ->
                window.topTalker()
                        .<Variable>map(talker -> new OctetString(OctetType.ascii(talker.endpoints())))
                        .orElse(Null.noSuchInstance);
            case TOP_TALKER_RATE ->
                number(
                        scalar,
                        window.topTalker().stream()
                                .mapToLong(WindowSummary.TopTalker::bytesPerSecond)
                                .findFirst());
        };
    }

    private static Variable number(InsightScalar scalar, OptionalLong value) {
        return value.isPresent() ? NumberType.of(scalar.syntax()).variable(value.getAsLong()) : Null.noSuchInstance;
    }

    /** Returns the table of verdicts. */
    public Subtree verdicts() {
        return new VerdictTable();
    }

    /** A row for each verdict, in the order of the numbers. */
    private record Counts(WindowSummary window) implements TableRows {
        private static final List<Verdict> VERDICTS = List.of(Verdict.values());

        @Override
        public int size() {
            return VERDICTS.size();
        }

        @Override
        public int index(int row, int[] arcs) {
            arcs[0] = VERDICTS.get(row).number();
            return 1;
        }
    }

    private static Column<Counts> column(VerdictCountColumn column) {
        return switch (column) {
            case NAME ->
                Column.octets(
                        column.arc(),
                        OctetType.OCTET_STRING,
                        (_, row) -> OctetType.ascii(Counts.VERDICTS.get(row).label()));
            case SENDERS -> counts(column, WindowSummary::senders);
            case RECEIVERS -> counts(column, WindowSummary::receivers);
        };
    }

    private static Column<Counts> counts(
            VerdictCountColumn column, Function<WindowSummary, Map<Verdict, Integer>> counts) {
        return Column.<Counts>number(
                        column.arc(),
                        NumberType.of(column.syntax()),
                        (rows, row) -> counts.apply(rows.window).getOrDefault(Counts.VERDICTS.get(row), 0))
                .where((rows, row) -> counts.apply(rows.window).containsKey(Counts.VERDICTS.get(row)));
    }

    private final class VerdictTable implements Table<Counts> {
        private static final List<Column<Counts>> COLUMNS = List.of(VerdictCountColumn.values()).stream()
                .map(InsightObjects::column)
                .toList();

        private final OID entry = new OID(mib.verdictEntry().toArray());

        @Override
        public OID root() {
            return entry;
        }

        @Override
        public List<Column<Counts>> columns() {
            return COLUMNS;
        }

        @Override
        public Counts rows() {
            return new Counts(windows.of(snapshots.current()));
        }

        @Override
        public boolean ready() {
            return InsightObjects.this.ready();
        }
    }
}
