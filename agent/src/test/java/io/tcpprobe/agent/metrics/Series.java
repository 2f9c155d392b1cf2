package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The series of a text, parsed by the rules of Prometheus' text format. */
public final class Series {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, String> types = new LinkedHashMap<>();

    private Series() {}

    /** Parses a text; fails if it has anything that the format does not allow, or a series twice. */
    public static Series parse(String text) {
        Series series = new Series();
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                assertNull(series.types.put(words[2], words[3]), line);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                Matcher sample = SAMPLE.matcher(line);
                assertTrue(sample.matches(), line);
                String key = sample.group(1) + labels(sample.group(2) == null ? "" : sample.group(2));
                assertNull(series.values.put(key, number(sample.group(3))), line);
            }
        }
        return series;
    }

    /** Writes metrics as Prometheus' text and parses it. */
    static Series of(List<MetricFamily> families) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusText.PROMETHEUS.write(families, out);
        return parse(out.toString(StandardCharsets.UTF_8));
    }

    private static double number(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        int at = 0;
        for (Matcher label = LABEL.matcher(text); at < text.length(); at = label.end()) {
            assertTrue(label.find() && label.start() == at, text);
            labels.put(label.group(1), label.group(2).translateEscapes());
        }
        return labels;
    }

    /** Returns the value of a series; null if there is none. Labels are in pairs, in any order. */
    public Double value(String name, String... labels) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            all.put(labels[i], labels[i + 1]);
        }
        return values.get(name + all);
    }

    /** Returns all series and their values. */
    public Map<String, Double> values() {
        return values;
    }

    /** Returns the types of the metrics by their names. */
    public Map<String, String> types() {
        return types;
    }
}
