package io.tcpprobe.agent.doctor;

import io.tcpprobe.agent.doctor.Finding.Level;
import io.tcpprobe.agent.terminal.Line;
import io.tcpprobe.agent.terminal.Style;
import io.tcpprobe.agent.terminal.Wrapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The findings as text and as JSON.
 *
 * @param findings all findings
 */
public record DoctorReport(List<Finding> findings) {
    private static final String FORMAT = "%-7s  %-13s  ";
    private static final int INDENT = String.format(Locale.ROOT, FORMAT, "", "").length();

    /** Returns the worst level of all findings. */
    public Level worst() {
        return findings.stream().map(Finding::level).max(Level::compareTo).orElse(Level.OK);
    }

    /**
     * Returns the lines of text: level, check and fact of each finding, with the remedy below, and a line that counts them.
     *
     * @param columns the maximum width of a line
     */
    public List<Line> lines(int columns) {
        List<Line> lines = new ArrayList<>();
        findings.forEach(finding -> add(finding, columns, lines));
        lines.add(Line.of(
                count(Level.OK) + " ok, " + count(Level.WARNING) + " warnings, " + count(Level.FAILS) + " fail"));
        return lines;
    }

    private static void add(Finding finding, int columns, List<Line> lines) {
        String indent = " ".repeat(INDENT);
        String head = String.format(Locale.ROOT, FORMAT, finding.level().label(), finding.check());
        String label = finding.level().label();
        boolean first = true;
        for (String text : Wrapping.lines(finding.fact(), columns, indent, indent)) {
            lines.add(
                    first
                            ? Line.of(style(finding.level()), label)
                                    .plus(Style.PLAIN, head.substring(label.length()) + text.substring(INDENT))
                            : Line.of(text));
            first = false;
        }
        if (!finding.remedy().isEmpty()) {
            Wrapping.lines("remedy: " + finding.remedy(), columns, indent, indent)
                    .forEach(text -> lines.add(Line.of(text)));
        }
    }

    private static Style style(Level level) {
        return switch (level) {
            case OK -> Style.GOOD;
            case WARNING -> Style.WARNING;
            case FAILS -> Style.BAD;
        };
    }

    private long count(Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    /** Returns the report as a map for JSON: result and findings. */
    public Map<String, Object> json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("result", worst().label());
        all.put("findings", findings.stream().map(DoctorReport::json).toList());
        return all;
    }

    private static Map<String, String> json(Finding finding) {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("level", finding.level().label());
        one.put("check", finding.check());
        one.put("fact", finding.fact());
        one.put("remedy", finding.remedy());
        return one;
    }
}
