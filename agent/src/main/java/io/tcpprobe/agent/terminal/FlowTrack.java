package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;

/** The course of one flow while it is watched: its round-trip time, its congestion window and its rates, one sample of each snapshot. */
final class FlowTrack {
    /** Ten minutes at one sample a second; older samples are dropped. */
    static final int MAX_SAMPLES = 600;

    private static final List<FlowMeasure> MEASURES = List.of(
            new FlowMeasure.Field(FlowField.SRTT),
            new FlowMeasure.Field(FlowField.CWND),
            new FlowMeasure.Rate(new CounterRate(FlowField.BYTES_ACKED)),
            new FlowMeasure.Rate(new CounterRate(FlowField.BYTES_RECEIVED)));

    private static final List<String> LABELS = List.of("srtt", "cwnd", "acked/s", "received/s");
    private static final int LABEL_WIDTH = 11;

    /** Room for the text after the line: "12.3MB/s, 1.2MB/s to 12.5MB/s". */
    private static final int TEXT_WIDTH = 32;

    private final long flowId;
    private final Deque<long[]> samples = new ArrayDeque<>();
    private long generation = -1;

    /** Begins to watch a flow; there are no samples yet. */
    FlowTrack(long flowId) {
        this.flowId = flowId;
    }

    long flowId() {
        return flowId;
    }

    int size() {
        return samples.size();
    }

    /** Adds the sample of a snapshot, unless it has been added. */
    void add(Flow flow) {
        if (flow.snapshot().generation() == generation) {
            return;
        }
        generation = flow.snapshot().generation();
        samples.addLast(MEASURES.stream()
                .map(measure -> measure.in(flow.snapshot()))
                .mapToLong(values -> values.has(flow.index()) ? values.number(flow.index()) : Sparkline.ABSENT)
                .toArray());
        if (samples.size() > MAX_SAMPLES) {
            samples.removeFirst();
        }
    }

    /** Returns a line for each measure: its course, its last value, its minimum and its maximum. */
    List<Line> lines(int width, Glyphs glyphs) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < MEASURES.size(); i++) {
            int place = i;
            long[] numbers = samples.stream().mapToLong(sample -> sample[place]).toArray();
            String label =
                    LABELS.get(i) + " ".repeat(LABEL_WIDTH - LABELS.get(i).length());
            int room = Math.max(1, width - LABEL_WIDTH - TEXT_WIDTH);
            lines.add(Line.of(Style.LABEL, label)
                    .plus(Style.PLAIN, Sparkline.of(numbers, room, glyphs))
                    .plus(Style.PLAIN, text(numbers, MEASURES.get(i).unit())));
        }
        return lines;
    }

    private static String text(long[] numbers, Unit unit) {
        LongSummaryStatistics range = LongStream.of(numbers)
                .filter(number -> number != Sparkline.ABSENT)
                .summaryStatistics();
        if (range.getCount() == 0) {
            return ValueText.ABSENT;
        }
        long last = numbers[numbers.length - 1];
        return " " + (last == Sparkline.ABSENT ? ValueText.ABSENT : Quantity.of(last, unit)) + ", "
                + Quantity.of(range.getMin(), unit) + " to " + Quantity.of(range.getMax(), unit);
    }
}
