package io.tcpprobe.agent.series;

import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive samples of a watch.
 *
 * @param state the watch
 * @param firstNumber the number of the first sample; samples are numbered from 0 on
 * @param next the number to read from next time
 * @param missed samples from the requested number on that were replaced by later ones before this
 * @param more true if there are more samples already
 * @param flows the flows of the watch; if there were very many, the last ones
 * @param samples the values of each sample, in the order of {@link #COLUMNS}; null if absent
 */
public record SampleSeries(
        State state,
        long firstNumber,
        long next,
        long missed,
        boolean more,
        List<SeriesFlow> flows,
        List<@Nullable Long[]> samples) {
    /** The flow id of a sample. */
    public static final String FLOW = "flow";

    /** The time of a sample, in nanoseconds since {@link State#beganNanos}; the first one may be earlier. */
    public static final String TIME = "time";

    /** How many samples of the flow were lost between a sample and the one before. */
    public static final String LOST_BEFORE = "lostBefore";

    /** The names of the values of a sample: the three above, and fields of a flow. */
    public static final List<String> COLUMNS = Stream.concat(
                    Stream.of(FLOW, TIME, LOST_BEFORE),
                    SampleRing.FIELDS.stream().map(FlowField::label))
            .toList();

    /**
     * A watch.
     *
     * @param number its number
     * @param target what is watched, as it was given
     * @param beganMillis when it began, in milliseconds since 1970
     * @param beganNanos the same in CLOCK_MONOTONIC, in nanoseconds
     * @param live number of flows that are watched now
     * @param left number of flows that were not watched because there were too many
     * @param samples number of samples so far
     */
    public record State(
            long number, String target, long beganMillis, long beganNanos, int live, long left, long samples) {}
}
