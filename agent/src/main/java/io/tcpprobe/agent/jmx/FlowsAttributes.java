package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSummary;
import io.tcpprobe.agent.flows.WindowSummary;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.Verdict;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/**
 * One reading of the attributes of {@code type=Flows}.
 *
 * @param snapshot the flows
 * @param figures the summary of the flows
 * @param window supplies what the flows did in the last window
 * @param ageMillis age of the snapshot
 * @param retransmissionsPerSecond retransmissions of the host; null if not known yet
 */
record FlowsAttributes(
        FlowSnapshot snapshot,
        FlowSummary figures,
        Supplier<WindowSummary> window,
        long ageMillis,
        @Nullable Double retransmissionsPerSecond) {
    private static final CompositeType STATES = states();

    /** All attributes by name. */
    static final Map<String, AttributeSpec<FlowsAttributes>> ITEMS = items();

    private static Map<String, AttributeSpec<FlowsAttributes>> items() {
        Map<String, AttributeSpec<FlowsAttributes>> items = new LinkedHashMap<>();
        number(items, "Count", "flows", "Flows in the snapshot.", reading ->
                (long) reading.snapshot.flows().size());
        number(items, "Generation", "", "Snapshots since the agent started.", reading -> reading.snapshot.generation());
        number(items, "SnapshotAgeMillis", "milliseconds", "Age of the snapshot.", FlowsAttributes::ageMillis);
        number(
                items,
                "MedianSrttMicros",
                "microseconds",
                "Median of the flows' smoothed round-trip times; null if none has one.",
                reading -> number(reading.figures.medianSrttMicros()));
        number(
                items,
                "P95SrttMicros",
                "microseconds",
                "95th percentile of the flows' smoothed round-trip times; null if none has one.",
                reading -> number(reading.figures.p95SrttMicros()));
        number(
                items,
                "P90SrttMicros",
                "microseconds",
                "90th percentile of the flows' smoothed round-trip times; null if none has one.",
                reading -> number(reading.figures.p90SrttMicros()));
        number(
                items,
                "P99SrttMicros",
                "microseconds",
                "99th percentile of the flows' smoothed round-trip times; null if none has one.",
                reading -> number(reading.figures.p99SrttMicros()));
        window(items);
        put(
                items,
                new AttributeSpec<>(
                        "RetransmissionsPerSecond",
                        SimpleType.DOUBLE,
                        "segments/s",
                        "Tcp RetransSegs",
                        "Segments that the host retransmitted per second since the last read of this attribute; null at the first read.",
                        FlowsAttributes::retransmissionsPerSecond));
        states(items, "FlowsByState", "Flows in each state.", reading -> reading.figures.byState());
        states(
                items,
                "SocketsByState",
                "TCP sockets in each state, with listening and TIME_WAIT sockets.",
                reading -> reading.snapshot.socketsByState());
        eachState(items);
        for (FlowStatistic statistic : FlowStatistic.values()) {
            number(
                    items,
                    statistic.label(),
                    "",
                    statistic.doc(),
                    reading -> reading.snapshot.statistics().get(statistic));
        }
        return items;
    }

    /** Adds what the flows did in the last window: the attributes have the values of tcpProbeInsight. */
    private static void window(Map<String, AttributeSpec<FlowsAttributes>> items) {
        number(
                items,
                "WindowMillis",
                "milliseconds",
                "Length of the last window; null before the second request for verdicts.",
                reading -> number(reading.window.get().windowMillis()));
        number(
                items,
                "RetransmissionsPerMillion",
                "segments per million",
                "Retransmissions among a million data segments that all flows sent in the window; null if none was sent.",
                reading -> number(reading.window.get().retransmissionsPerMillion()));
        put(
                items,
                new AttributeSpec<>(
                        "TopTalker",
                        SimpleType.STRING,
                        "",
                        "",
                        "Local and remote endpoint of the flow with the most bytes acknowledged and received in the window; null if no"
                                + " flow has any.",
                        reading -> reading.window
                                .get()
                                .topTalker()
                                .map(WindowSummary.TopTalker::endpoints)
                                .orElse(null)));
        number(
                items,
                "TopTalkerBytesPerSecond",
                "bytes/s",
                "Bytes that this flow had acknowledged and received per second.",
                reading -> reading.window
                        .get()
                        .topTalker()
                        .map(WindowSummary.TopTalker::bytesPerSecond)
                        .orElse(null));
        for (Verdict verdict : Verdict.ofSender()) {
            verdict(items, "Senders", verdict, "Flows with the verdict %s as sender.", WindowSummary::senders);
        }
        for (Verdict verdict : Verdict.ofReceiver()) {
            verdict(items, "Receivers", verdict, "Flows with the verdict %s as receiver.", WindowSummary::receivers);
        }
    }

    private static void verdict(
            Map<String, AttributeSpec<FlowsAttributes>> items,
            String prefix,
            Verdict verdict,
            String doc,
            Function<WindowSummary, Map<Verdict, Integer>> counts) {
        number(items, prefix + capital(verdict.label()), "flows", doc.formatted(verdict.label()), reading ->
                (long) counts.apply(reading.window.get()).getOrDefault(verdict, 0));
    }

    private static String capital(String label) {
        return label.substring(0, 1).toUpperCase(Locale.ROOT) + label.substring(1);
    }

    /** Adds the states again as plain numbers: consoles cannot chart composite values. */
    private static void eachState(Map<String, AttributeSpec<FlowsAttributes>> items) {
        for (String state : STATES.keySet()) {
            String name = capital(state);
            number(
                    items,
                    "Sockets" + name,
                    "sockets",
                    "TCP sockets in the state " + state + ".",
                    reading -> byLabel(reading.snapshot.socketsByState()).get(state));
        }
    }

    private static void states(
            Map<String, AttributeSpec<FlowsAttributes>> items,
            String name,
            String doc,
            Function<FlowsAttributes, Map<TcpState, Integer>> counts) {
        put(items, new AttributeSpec<>(name, STATES, "", "", doc, reading -> {
            try {
                return new CompositeDataSupport(STATES, byLabel(counts.apply(reading)));
            } catch (OpenDataException wrong) {
                throw new IllegalStateException("the states do not match their type", wrong);
            }
        }));
    }

    private static void number(
            Map<String, AttributeSpec<FlowsAttributes>> items,
            String name,
            String unit,
            String doc,
            AttributeSpec.Value<FlowsAttributes> value) {
        put(items, new AttributeSpec<>(name, SimpleType.LONG, unit, "", doc, value));
    }

    private static void put(Map<String, AttributeSpec<FlowsAttributes>> items, AttributeSpec<FlowsAttributes> item) {
        if (items.put(item.name(), item) != null) {
            throw new IllegalStateException("two attributes have the name " + item.name());
        }
    }

    private static @Nullable Long number(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    /** Returns the counts by the names of tcpConnectionState; the two kinds of half-open connections share one name. */
    private static Map<String, Long> byLabel(Map<TcpState, Integer> counts) {
        Map<String, Long> labelled = new LinkedHashMap<>();
        for (TcpState state : TcpState.values()) {
            labelled.merge(state.label(), (long) counts.getOrDefault(state, 0), Long::sum);
        }
        return labelled;
    }

    private static CompositeType states() {
        String[] labels = byLabel(Map.of()).keySet().toArray(String[]::new);
        OpenType<?>[] types = new OpenType<?>[labels.length];
        java.util.Arrays.fill(types, SimpleType.LONG);
        try {
            return new CompositeType("States", "Number in each TCP state.", labels, labels, types);
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("cannot define the type of the states", wrong);
        }
    }
}
