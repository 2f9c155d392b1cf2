package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks that the page, which names the verdicts in a few words of its own, knows all of them. */
class PageVerdictsTest {
    private static String read(String file) throws IOException {
        try (InputStream resource = Objects.requireNonNull(PageFiles.class.getResourceAsStream("page/" + file), file)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Set<String> labels(List<Verdict> verdicts) {
        return verdicts.stream().map(Verdict::label).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns what the first group of a pattern finds in what the first group of another one finds first. */
    private static Set<String> found(String text, String outer, String inner) {
        Matcher part = Pattern.compile(outer, Pattern.DOTALL).matcher(text);
        assertTrue(part.find(), () -> outer + " is not in " + text);
        return Pattern.compile(inner)
                .matcher(part.group(1))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldExplainEachVerdict() throws IOException {
        assertEquals(
                labels(List.of(Verdict.values())),
                found(read("verdict.js"), "MEANINGS = \\{(.*?)};", "(?m)^  (\\w+): "));
    }

    @Test
    void shouldCountEachVerdictOfARole() throws IOException {
        String overview = read("overview.js");
        assertEquals(labels(Verdict.ofSender()), found(overview, "SENDER = \\[(.*?)]", "\"(\\w+)\""));
        assertEquals(labels(Verdict.ofReceiver()), found(overview, "RECEIVER = \\[(.*?)]", "\"(\\w+)\""));
    }

    @Test
    void shouldColourEachVerdict() throws IOException {
        Set<String> coloured = found(read("style.css"), "(.*)", "\\.v-(\\w+)");
        assertTrue(coloured.containsAll(labels(List.of(Verdict.values()))), coloured::toString);
    }
}
