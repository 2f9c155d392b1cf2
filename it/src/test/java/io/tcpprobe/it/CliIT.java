package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that need no running agent. */
class CliIT {
    @TempDir
    Path state;

    @Test
    void shouldListEverySettingWithDefaultRangeAndUnit() {
        String listed = bare().environment("COLUMNS", "80").run("settings").expectSuccess();
        assertTrue(listed.lines().allMatch(line -> line.length() <= 80), listed);
        for (Setting<?> setting : Settings.ALL) {
            Matcher found = Pattern.compile(
                            "^" + Pattern.quote(setting.name() + " =") + ".*(\n    .*)+", Pattern.MULTILINE)
                    .matcher(listed);
            assertTrue(found.find(), () -> setting.name() + " is not listed:\n" + listed);
            String about = found.group().replaceAll("\n *", " ");
            assertTrue(about.contains("default: " + setting.defaultText()), () -> "the default of " + about);
            assertTrue(
                    about.replace(" ", "").contains(setting.ruleWithUnit().replace(" ", "")),
                    () -> "range and unit of " + about);
        }
    }

    @Test
    void shouldShowGivenValuesButNoSecret() {
        String listed = bare().set("probetime", 258)
                .set("snmp.community", "hush-hush")
                .run("settings")
                .expectSuccess();
        assertTrue(
                listed.lines().anyMatch(line -> line.startsWith("probetime") && line.matches(".*\\b258\\b.*")), listed);
        assertFalse(listed.contains("hush-hush"), listed);
    }

    @Test
    void shouldListFlowsOfTheHost() {
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            int local = traffic.connect(remote);
            String listed =
                    bare().set("port", remote).run("flows", "--top", "1000").expectSuccess();
            assertTrue(
                    listed.lines()
                            .anyMatch(line ->
                                    line.contains("127.0.0.1:" + local) && line.contains("127.0.0.1:" + remote)),
                    listed);
        }
    }

    @Test
    void shouldRankFlows() {
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            int idle = traffic.connect(remote);
            int busy = traffic.connect(remote);
            traffic.send(busy, 200_000_033);
            List<String> lines = bare().set("port", remote)
                    .run("flows", "--by", "bytesAcked", "--top", "1000")
                    .expectSuccess()
                    .lines()
                    .toList();
            assertTrue(place(lines, busy, remote) < place(lines, idle, remote), lines::toString);
            List<String> one = bare().set("port", remote)
                    .run("flows", "--by", "bytesAcked", "--top", "1")
                    .expectSuccess()
                    .lines()
                    .toList();
            assertEquals(lines.size() - one.size(), flows(lines) - 1, "one flow instead of all");
        }
    }

    /** Returns the index of the line of the flow with these ports. */
    private static int place(List<String> lines, int local, int remote) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches(".*127\\.0\\.0\\.1:" + local + "\\s.*127\\.0\\.0\\.1:" + remote + "\\b.*")) {
                return i;
            }
        }
        throw new AssertionError("no line from port " + local + " to " + remote + ":\n" + String.join("\n", lines));
    }

    private static long flows(List<String> lines) {
        return lines.stream()
                .filter(line -> line.matches(".*:\\d+\\s+\\S+:\\d+\\b.*"))
                .count();
    }

    @Test
    void shouldRefuseUnknownField() {
        Tools.Result result = bare().run("flows", "--by", "nosuchfield");
        assertEquals(2, result.status(), result::toString);
        assertTrue(result.err().contains("nosuchfield"), result::toString);
        assertTrue(result.err().contains("cwnd"), () -> "the fields are listed: " + result);
    }

    @Test
    void shouldRefuseUnknownCommand() {
        Tools.Result result = bare().run("nosuchcommand");
        assertEquals(2, result.status(), result::toString);
        assertTrue(result.err().contains("nosuchcommand"), result::toString);
    }

    private AgentOptions bare() {
        return AgentOptions.bare().set("state.dir", state);
    }
}
