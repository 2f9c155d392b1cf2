package io.tcpprobe.it.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table that is readable in a terminal and is valid Markdown. */
final class ReportTable {
    private final String title;
    private final List<List<String>> rows = new ArrayList<>();

    ReportTable(String title, String... head) {
        this.title = title;
        rows.add(List.of(head));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** Formats a figure with its unit, to about three digits: "21.3 us", "1,240 kB". */
    static String figure(double value, String unit) {
        if (Double.isNaN(value)) {
            return "-";
        }
        int digits = value == 0 || value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + digits + "f %s", value, unit).strip();
    }

    /** Formats the ratio of two values; a dash if one of them is unknown. */
    static String ratio(double value, double other) {
        return other == 0 || Double.isNaN(value / other) ? "-" : figure(value / other, "");
    }

    void print(PrintStream out) {
        int columns = rows.getFirst().size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        out.printf("%n### %s%n%n", title);
        for (int i = 0; i < rows.size(); i++) {
            List<String> row = rows.get(i);
            out.println(IntStream.range(0, columns)
                    .mapToObj(column -> row.get(column)
                            + " ".repeat(widths[column] - row.get(column).length()))
                    .collect(Collectors.joining(" | ", "| ", " |")));
            if (i == 0) {
                out.println(IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining(" | ", "| ", " |")));
            }
        }
        out.flush();
    }
}
