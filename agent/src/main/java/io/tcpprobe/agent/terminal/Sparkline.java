package io.tcpprobe.agent.terminal;

import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;

/** Draws numbers as a line of bars, the latest at the right. */
final class Sparkline {
    /** Stands for a number that is absent. */
    static final long ABSENT = -1;

    private Sparkline() {}

    /** Draws the last {@code width} numbers, from their minimum, the lowest bar, to their maximum. */
    static String of(long[] numbers, int width, Glyphs glyphs) {
        int from = Math.max(0, numbers.length - Math.max(0, width));
        LongSummaryStatistics range = LongStream.of(numbers)
                .skip(from)
                .filter(number -> number != ABSENT)
                .summaryStatistics();
        StringBuilder line = new StringBuilder();
        for (int i = from; i < numbers.length; i++) {
            line.append(numbers[i] == ABSENT ? ' ' : bar(numbers[i], range, glyphs.levels()));
        }
        return line.toString();
    }

    private static char bar(long number, LongSummaryStatistics range, String levels) {
        double span = (double) range.getMax() - range.getMin();
        double share = span == 0 ? 0 : (number - range.getMin()) / span;
        return levels.charAt((int) Math.round(share * (levels.length() - 1)));
    }
}
