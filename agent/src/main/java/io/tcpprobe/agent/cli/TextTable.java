package io.tcpprobe.agent.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text under headings, each column as wide as its content. A heading that begins with &gt; aligns its column to the right. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    TextTable(String... headings) {
        right = new boolean[headings.length];
        String[] shown = new String[headings.length];
        for (int i = 0; i < headings.length; i++) {
            right[i] = headings[i].startsWith(">");
            shown[i] = right[i] ? headings[i].substring(1) : headings[i];
        }
        rows.add(shown);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    /** Returns the lines; the last columns are left out if the lines would be wider than {@code width}. */
    List<String> lines(int width) {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        int fitting = 1;
        int used = widths[0];
        while (fitting < widths.length && used + GAP.length() + widths[fitting] <= width) {
            used += GAP.length() + widths[fitting++];
        }
        int columns = fitting;
        return rows.stream().map(row -> line(row, widths, columns)).toList();
    }

    private String line(String[] row, int[] widths, int columns) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            String padding = " ".repeat(widths[i] - row[i].length());
            line.append(right[i] ? padding + row[i] : row[i] + padding).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
