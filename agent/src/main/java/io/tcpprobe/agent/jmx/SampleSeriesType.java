package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.series.SampleSeries;
import io.tcpprobe.agent.series.SeriesFlow;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/** Watches and their samples as open data. The samples are rows of numbers, so that they need little space as JSON; absent ones are null. */
final class SampleSeriesType {
    /** An item of composite data. */
    private record Item<T>(String name, OpenType<?> type, String doc, Function<T, @Nullable Object> value) {}

    private static final List<Item<SampleSeries.State>> STATE_ITEMS = List.of(
            new Item<>("watch", SimpleType.LONG, "The number of the watch.", SampleSeries.State::number),
            new Item<>("target", SimpleType.STRING, "What is watched, as it was given.", SampleSeries.State::target),
            new Item<>(
                    "began",
                    SimpleType.DATE,
                    "When it began.",
                    state -> Date.from(Instant.ofEpochMilli(state.beganMillis()))),
            new Item<>(
                    "beganNanos",
                    SimpleType.LONG,
                    "When it began, in CLOCK_MONOTONIC, in nanoseconds.",
                    SampleSeries.State::beganNanos),
            new Item<>("live", SimpleType.LONG, "Number of flows that are watched now.", state -> (long) state.live()),
            new Item<>(
                    "left",
                    SimpleType.LONG,
                    "How often a flow was not watched because there were too many.",
                    SampleSeries.State::left),
            new Item<>("samples", SimpleType.LONG, "Number of samples so far.", SampleSeries.State::samples));

    private static final List<Item<SeriesFlow>> FLOW_ITEMS = List.of(
            new Item<>("flowId", SimpleType.LONG, "The flow's id.", SeriesFlow::id),
            new Item<>("local", SimpleType.STRING, "Its local endpoint.", SeriesFlow::local),
            new Item<>("remote", SimpleType.STRING, "Its remote endpoint.", SeriesFlow::remote),
            new Item<>(
                    "networkNamespace",
                    SimpleType.LONG,
                    "The number of its network namespace.",
                    SeriesFlow::networkNamespace),
            new Item<>("cookie", SimpleType.LONG, "Its socket's cookie.", SeriesFlow::cookie),
            new Item<>(
                    "firstSeen",
                    SimpleType.LONG,
                    "When it was first seen, in CLOCK_MONOTONIC, in nanoseconds.",
                    SeriesFlow::firstSeenNanos),
            new Item<>(
                    "congestionControl",
                    SimpleType.STRING,
                    "Its congestion control algorithm.",
                    SeriesFlow::congestionControl),
            new Item<>("command", SimpleType.STRING, "The name of its process.", SeriesFlow::command),
            new Item<>("samples", SimpleType.LONG, "Number of its samples so far.", SeriesFlow::samples),
            new Item<>(
                    "lost",
                    SimpleType.LONG,
                    "Number of its samples that were lost, because the ring of samples was full (bufsize).",
                    SeriesFlow::lost),
            new Item<>(
                    "state",
                    SimpleType.STRING,
                    "live, ended, or evicted: no longer tracked.",
                    flow -> flow.state().label()),
            new Item<>("endReason", SimpleType.STRING, "Why it ended; null while it is live.", SampleSeriesType::end));

    private static final CompositeType STATE = type("Watch", "A watch.", STATE_ITEMS);
    private static final CompositeType FLOW = type("WatchedFlow", "A flow of a watch.", FLOW_ITEMS);

    /** The type of a list of watches. */
    static final ArrayType<CompositeData[]> STATES = array(1, STATE);

    private static final List<Item<SampleSeries>> ITEMS = List.of(
            new Item<>("watch", STATE, "The watch.", series -> data(STATE, STATE_ITEMS, series.state())),
            new Item<>(
                    "flows",
                    array(1, FLOW),
                    "Its flows; if there were very many, the last ones.",
                    series -> series.flows().stream()
                            .map(flow -> data(FLOW, FLOW_ITEMS, flow))
                            .toArray(CompositeData[]::new)),
            new Item<>(
                    "columns",
                    array(1, SimpleType.STRING),
                    "The names of the values of a sample: the flow's id, the time in nanoseconds since the watch began, how many samples"
                            + " of the flow were lost before, and fields of a flow.",
                    _ -> SampleSeries.COLUMNS.toArray(String[]::new)),
            new Item<>(
                    "samples",
                    array(2, SimpleType.LONG),
                    "The samples, each with the values that columns names; absent values are null.",
                    series -> series.samples().toArray(Long[][]::new)),
            new Item<>("first", SimpleType.LONG, "The number of the first sample.", SampleSeries::firstNumber),
            new Item<>("next", SimpleType.LONG, "What to read from next time.", SampleSeries::next),
            new Item<>(
                    "missed",
                    SimpleType.LONG,
                    "Samples that were replaced by later ones before they were read.",
                    SampleSeries::missed),
            new Item<>("more", SimpleType.BOOLEAN, "If there are more samples already.", SampleSeries::more));

    /** The type of a series. */
    static final CompositeType TYPE = type("Series", "Consecutive samples of a watch.", ITEMS);

    private SampleSeriesType() {}

    private static @Nullable Object end(SeriesFlow flow) {
        return flow.state() == SeriesFlow.State.LIVE ? null : flow.endReason().label();
    }

    private static <T> ArrayType<T> array(int dimensions, OpenType<?> element) {
        try {
            return new ArrayType<>(dimensions, element);
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the type of an array", wrong);
        }
    }

    private static <T> CompositeType type(String name, String doc, List<Item<T>> items) {
        try {
            return new CompositeType(
                    name,
                    doc,
                    items.stream().map(Item::name).toArray(String[]::new),
                    items.stream().map(Item::doc).toArray(String[]::new),
                    items.stream().map(Item::type).toArray(OpenType<?>[]::new));
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the items of " + name + " make no type", wrong);
        }
    }

    private static <T> CompositeData data(CompositeType type, List<Item<T>> items, T from) {
        try {
            return new CompositeDataSupport(
                    type,
                    items.stream().map(Item::name).toArray(String[]::new),
                    items.stream().map(item -> item.value.apply(from)).toArray());
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the values do not fit " + type.getTypeName(), wrong);
        }
    }

    /** Returns watches. */
    static CompositeData[] states(List<SampleSeries.State> all) {
        return all.stream().map(state -> data(STATE, STATE_ITEMS, state)).toArray(CompositeData[]::new);
    }

    /** Returns a series. */
    static CompositeData of(SampleSeries series) {
        return data(TYPE, ITEMS, series);
    }
}
