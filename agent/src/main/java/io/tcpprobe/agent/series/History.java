package io.tcpprobe.agent.series;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowRanking;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.FlowSummary;
import io.tcpprobe.agent.flows.Replay;
import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.groups.Group;
import io.tcpprobe.agent.groups.GroupSnapshot;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostCounters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recent past in memory, {@code history.minutes} long: the host's TCP counters every second; of each snapshot of flows that is read anyway,
 * but at most one a second, numbers about all flows and the busiest flows; and of the groups, whenever they were counted anyway, the busiest of each kind. It reads no flow
 * and counts no group itself, except when a recording is moved. Thread-safe.
 */
public final class History implements Replay.Listener, AutoCloseable {
    /** Maximum number of flows, and of groups of a kind, whatever {@code snmp.top} is. */
    static final int MAX_TOP = 20;

    /** The column of the time, in milliseconds since 1970. */
    public static final String TIME = "time";

    /** The column of the flow id. */
    public static final String FLOW = "flow";

    /** What "host" stands for in {@link #of}. */
    public static final String HOST = "host";

    /** What "flows" stands for in {@link #of}: all flows. */
    public static final String FLOWS = "flows";

    /** What "summary" stands for in {@link #of}: numbers about all flows. */
    public static final String SUMMARY = "summary";

    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final long SECOND_MILLIS = 1000;
    private static final long ABSENT = Long.MIN_VALUE;
    private static final long MILLIS = 1_000_000;

    /** The time between two rankings of the flows, as a multiple of the time that the last one took: at most 1 % of a core. */
    private static final long PAUSE_FACTOR = 100;

    private static final long NONE = Long.MIN_VALUE;
    private static final List<String> TCP_COLUMNS = List.of(
            "CurrEstab",
            "ActiveOpens",
            "PassiveOpens",
            "AttemptFails",
            "EstabResets",
            "InSegs",
            "OutSegs",
            "RetransSegs");
    private static final List<String> EXT_COLUMNS = List.of("TCPTimeouts", "ListenDrops", "TCPMemoryPressures");
    private static final List<String> SUMMARY_COLUMNS = List.of("flows", "srttP50", "srttP90", "srttP99");
    private static final List<FlowField> FLOW_COLUMNS = List.of(
            FlowField.BYTES_SENT,
            FlowField.BYTES_ACKED,
            FlowField.BYTES_RECEIVED,
            FlowField.RETRANS,
            FlowField.CWND,
            FlowField.IN_FLIGHT,
            FlowField.SRTT);
    private static final List<GroupField> GROUP_COLUMNS = List.of(
            GroupField.FLOWS,
            GroupField.OPENED,
            GroupField.BYTES_SENT,
            GroupField.BYTES_ACKED,
            GroupField.BYTES_RECEIVED,
            GroupField.SEGS_OUT,
            GroupField.RETRANS);

    /**
     * What is observed.
     *
     * @param counters the host's counters
     * @param snapshots the flows
     * @param groups the groups of flows
     * @param settings history.minutes and snmp.top; read once
     * @param clocks the clocks
     */
    public record Options(
            HostCounters counters,
            FlowSnapshotCache snapshots,
            FlowGroups groups,
            SettingStore settings,
            Clocks clocks) {}

    /**
     * Values over time.
     *
     * @param columns the names of the values of a row; the first is {@link #TIME}
     * @param rows the rows, the oldest first; null if absent
     */
    public record Table(List<String> columns, List<@Nullable Long[]> rows) {}

    private final Options options;
    private final int top;
    private final long minutes;
    private final RowRing host;
    private final RowRing summaries;
    private final RowRing flows;
    private final RowRing groups;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("tcpprobe-history").unstarted(this::run);

    /** The bytes of each group when the groups were recorded last, by kind and number. */
    private Map<List<Integer>, Long> groupBytes = Map.of();

    private long generation;
    private long groupsTaken;
    private long ranked;
    private long rankingNanos;

    /** Creates an empty history, and begins to record unless {@code history.minutes} is 0. */
    public History(Options options) {
        this.options = options;
        minutes = options.settings.get(Settings.HISTORY_MINUTES);
        top = (int) Math.min(MAX_TOP, options.settings.get(Settings.SNMP_TOP));
        int seconds = (int) TimeUnit.MINUTES.toSeconds(Math.max(minutes, 1));
        host = new RowRing(1 + TCP_COLUMNS.size() + EXT_COLUMNS.size(), seconds);
        summaries = new RowRing(1 + SUMMARY_COLUMNS.size(), seconds);
        flows = new RowRing(2 + FLOW_COLUMNS.size(), seconds * top);
        groups = new RowRing(
                3 + GROUP_COLUMNS.size(), seconds * top * options.groups.kinds().size());
        groupsTaken = options.groups.last().takenNanos();
        if (minutes > 0) {
            thread.start();
        }
    }

    /** Returns the bytes that the history may use. */
    long maxBytes() {
        return host.maxBytes() + summaries.maxBytes() + flows.maxBytes() + groups.maxBytes();
    }

    private void run() {
        try {
            while (true) {
                recordOnce();
                TimeUnit.MILLISECONDS.sleep(SECOND_MILLIS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void recordOnce() {
        try {
            record();
        } catch (RuntimeException | Error failed) {
            log.warn(
                    LOG,
                    "record the history",
                    "",
                    "record the history: " + BoundedLog.brief(failed) + "; it has a gap");
        }
    }

    /** Records what is known now. */
    synchronized void record() {
        long wallMillis = options.clocks.wallMillis().getAsLong();
        recordHost(wallMillis);
        FlowSnapshot snapshot = options.snapshots.last();
        if (snapshot.generation() != generation && now() - ranked >= rankingNanos * PAUSE_FACTOR) {
            generation = snapshot.generation();
            recordFlows(snapshot);
        }
        GroupSnapshot counted = options.groups.last();
        if (counted.takenNanos() != groupsTaken) {
            groupsTaken = counted.takenNanos();
            recordGroups(counted, wallMillis - (now() - groupsTaken) / MILLIS);
        }
    }

    @Override
    public synchronized void moved(FlowSnapshot first) {
        summaries.clear();
        flows.clear();
        groups.clear();
        groupBytes = Map.of();
        generation = NONE;
        groupsTaken = NONE;
        played(first);
    }

    @Override
    public synchronized void played(FlowSnapshot snapshot) {
        if (minutes == 0) {
            return;
        }
        if (snapshot.generation() != generation) { // otherwise the thread has recorded it meanwhile
            generation = snapshot.generation();
            recordFlows(snapshot);
        }
        GroupSnapshot counted = options.groups.current();
        if (counted.takenNanos() != groupsTaken) {
            groupsTaken = counted.takenNanos();
            recordGroups(counted, snapshot.wallMillis(groupsTaken));
        }
    }

    private long now() {
        return options.clocks.monotonicNanos().getAsLong();
    }

    private void recordHost(long wallMillis) {
        Counters tcp = options.counters.tcp();
        Counters ext = options.counters.tcpExt();
        long[] row = new long[1 + TCP_COLUMNS.size() + EXT_COLUMNS.size()];
        int place = 0;
        row[place++] = wallMillis;
        for (String name : TCP_COLUMNS) {
            row[place++] = tcp.has(name) ? tcp.value(name) : ABSENT;
        }
        for (String name : EXT_COLUMNS) {
            row[place++] = ext.has(name) ? ext.value(name) : ABSENT;
        }
        host.add(row);
    }

    private void recordFlows(FlowSnapshot snapshot) {
        ranked = now();
        long began = System.nanoTime(); // a cost, so of no clock that a test or a recording moves
        long wallMillis = snapshot.wallMillis(snapshot.takenNanos());
        FlowSummary summary = FlowSummary.of(snapshot);
        summaries.add(
                wallMillis,
                summary.count(),
                summary.medianSrttMicros().orElse(ABSENT),
                summary.p90SrttMicros().orElse(ABSENT),
                summary.p99SrttMicros().orElse(ABSENT));
        for (Flow flow : FlowRanking.busiest(snapshot, top)) {
            long[] row = new long[2 + FLOW_COLUMNS.size()];
            int place = 0;
            row[place++] = snapshot.wallMillis(
                    Math.max(flow.number(FlowField.SAMPLED), snapshot.flows().completeNanos(snapshot.takenNanos())));
            row[place++] = flow.id();
            for (FlowField field : FLOW_COLUMNS) {
                row[place++] = flow.has(field) ? flow.number(field) : ABSENT;
            }
            flows.add(row);
        }
        rankingNanos = System.nanoTime() - began;
    }

    /** Records the groups of each kind whose bytes have grown most since they were recorded last. */
    private void recordGroups(GroupSnapshot counted, long wallMillis) {
        Map<List<Integer>, Long> before = groupBytes;
        Map<List<Integer>, Long> after = new HashMap<>();
        counted.groups().forEach(group -> after.put(key(group), bytes(group)));
        groupBytes = after;
        for (GroupKind kind : GroupKind.all()) {
            counted.groups().stream()
                    .filter(group -> group.kind() == kind)
                    .sorted(Comparator.comparingLong(
                                    (Group group) -> bytes(group) - before.getOrDefault(key(group), 0L))
                            .reversed())
                    .limit(top)
                    .forEach(group -> recordGroup(group, wallMillis));
        }
    }

    private void recordGroup(Group group, long wallMillis) {
        long[] row = new long[3 + GROUP_COLUMNS.size()];
        int place = 0;
        row[place++] = wallMillis;
        row[place++] = group.kind().number();
        row[place++] = group.number();
        for (GroupField field : GROUP_COLUMNS) {
            row[place++] = group.has(field) ? group.number(field) : ABSENT;
        }
        groups.add(row);
    }

    private static List<Integer> key(Group group) {
        return List.of(group.kind().number(), group.number());
    }

    private static long bytes(Group group) {
        return group.number(GroupField.BYTES_SENT) + group.number(GroupField.BYTES_RECEIVED);
    }

    /**
     * Returns what was recorded.
     *
     * @param what "host", "summary", "flows", a flow id, or the kind and the name of a group as "process:nginx"
     * @throws IllegalArgumentException if it is none of these, or there is no such group
     * @throws IllegalStateException if nothing is recorded, because {@code history.minutes} is 0
     */
    public Table of(String what) {
        if (minutes == 0) {
            throw new IllegalStateException("history " + what + ": nothing is recorded; set history.minutes");
        }
        int colon = what.indexOf(':');
        long oldest = options.snapshots.wallMillis() - TimeUnit.MINUTES.toMillis(minutes);
        if (what.equals(HOST)) {
            long oldestOfHost = options.clocks.wallMillis().getAsLong() - TimeUnit.MINUTES.toMillis(minutes);
            List<String> names = Stream.of(Stream.of(TIME), TCP_COLUMNS.stream(), EXT_COLUMNS.stream())
                    .flatMap(part -> part)
                    .toList();
            return table(host.rows(row -> row[0] >= oldestOfHost), 1, names);
        }
        if (what.equals(SUMMARY)) {
            return table(
                    summaries.rows(row -> row[0] >= oldest),
                    1,
                    Stream.concat(Stream.of(TIME), SUMMARY_COLUMNS.stream()).toList());
        }
        if (what.equals(FLOWS)) {
            return table(flows.rows(row -> row[0] >= oldest), 1, flowNames(Stream.of(TIME, FLOW)));
        }
        if (colon > 0) {
            return ofGroup(what, what.substring(0, colon), what.substring(colon + 1), oldest);
        }
        long id = flowId(what);
        return table(flows.rows(row -> row[0] >= oldest && row[1] == id), 2, flowNames(Stream.of(TIME)));
    }

    private static List<String> flowNames(Stream<String> first) {
        return Stream.concat(first, FLOW_COLUMNS.stream().map(FlowField::label)).toList();
    }

    private static long flowId(String what) {
        try {
            return Long.parseLong(what);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException(
                    "history '" + what + "': use host, summary, flows, a flow id, or KIND:NAME of a group");
        }
    }

    private Table ofGroup(String what, String kind, String name, long oldest) {
        Group group = GroupKind.find(kind)
                .flatMap(found -> options.groups.last().find(found, name))
                .orElseThrow(() -> new IllegalArgumentException("history '" + what
                        + "': there is no such group; the operation groups of type=Groups lists them"));
        return table(
                groups.rows(row -> row[0] >= oldest && row[1] == group.kind().number() && row[2] == group.number()),
                3,
                Stream.concat(Stream.of(TIME), GROUP_COLUMNS.stream().map(GroupField::label))
                        .toList());
    }

    /** Returns rows without the numbers between the time and this column. */
    private static Table table(List<long[]> rows, int from, List<String> columns) {
        List<@Nullable Long[]> table = new ArrayList<>(rows.size());
        for (long[] row : rows) {
            @Nullable Long[] values = new Long[columns.size()];
            values[0] = row[0];
            for (int i = from; i < row.length; i++) {
                values[i - from + 1] = row[i] == ABSENT ? null : row[i];
            }
            table.add(values);
        }
        return new Table(columns, table);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
