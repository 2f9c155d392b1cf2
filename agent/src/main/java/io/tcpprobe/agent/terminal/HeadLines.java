package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The lines above the table: what is shown, and what all flows do together; as much as fits, the most important first. */
final class HeadLines {
    private final FlowsScreen.Options options;

    HeadLines(FlowsScreen.Options options) {
        this.options = options;
    }

    /** Returns at most {@code maxLines} lines. */
    List<Line> lines(FlowsView view, ShownTotals totals, int width, int maxLines) {
        return Phrases.lines(phrases(view, totals), width, maxLines, options.glyphs());
    }

    private List<Line> phrases(FlowsView view, ShownTotals totals) {
        List<Line> phrases = new ArrayList<>();
        if (view.paused()) {
            phrases.add(Line.of(Style.INVERSE, "PAUSED"));
        }
        phrases.add(Line.of(Style.BOLD, totals.summary().count() + " flows"));
        if (!view.condition().isEmpty()) {
            phrases.add(labelled("filter", view.condition()));
        }
        phrases.add(labelled(
                "by",
                view.order().measure().map(FlowMeasure::label).orElse("bytes transferred")
                        + (view.order().ascending() ? ", lowest first" : "")));
        phrases.add(labelled("acked", rate(totals.ackedPerSecond())));
        phrases.add(labelled("received", rate(totals.receivedPerSecond())));
        totals.retransPercent()
                .ifPresent(percent ->
                        phrases.add(labelled("retransmitted", String.format(Locale.ROOT, "%.2f%%", percent))));
        phrases.add(labelled("limited by", counts(totals.verdicts(), Verdict::label)));
        phrases.add(labelled("source", options.source()));
        phrases.add(labelled(
                "srtt median",
                Quantity.micros(totals.summary().medianSrttMicros()) + ", 95% below "
                        + Quantity.micros(totals.summary().p95SrttMicros())));
        phrases.add(Line.of(counts(totals.summary().byState(), state -> state.label())));
        phrases.add(Line.of(options.place()));
        return phrases.stream().filter(phrase -> phrase.width() > 0).toList();
    }

    private static String rate(OptionalLong bytesPerSecond) {
        return bytesPerSecond.isPresent()
                ? Quantity.of(bytesPerSecond.getAsLong(), Unit.BYTES_PER_SECOND)
                : ValueText.ABSENT;
    }

    private static Line labelled(String label, String text) {
        return Line.of(Style.LABEL, label + " ").plus(Style.PLAIN, text.isEmpty() ? ValueText.ABSENT : text);
    }

    /** Returns "established 12, closeWait 3". */
    private static <T> String counts(Map<T, Integer> counts, Function<T, String> label) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<T, Integer>comparingByValue().reversed())
                .map(entry -> label.apply(entry.getKey()) + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
