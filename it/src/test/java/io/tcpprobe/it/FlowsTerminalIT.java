package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tcpprobe flows} on a terminal: its size, its keys, and how it leaves the terminal. */
@Needs({Tmux.PROGRAM, "netns", "ipv6"})
class FlowsTerminalIT {
    private static final String LONG_6 = "2001:db8:85a3:8d3:1319:8a2e:370:7344";

    private final TestNamespaces network = TestNamespaces.open();
    private final TrafficProcess traffic = TrafficProcess.start(network.near());

    @TempDir
    Path folder;

    private int port4;
    private int port6;
    private int local4;
    private int local6;

    @BeforeEach
    void connect() {
        network.near().run("ip", "link", "set", "lo", "up").expectSuccess();
        network.near()
                .run("ip", "addr", "add", LONG_6 + "/128", "dev", "lo", "nodad")
                .expectSuccess();
        port4 = traffic.listen("127.0.0.1");
        local4 = traffic.connect("127.0.0.1", port4);
        port6 = traffic.listen(LONG_6);
        local6 = traffic.connect(LONG_6, port6);
        traffic.send(local6, 100_003);
    }

    @AfterEach
    void close() {
        traffic.close();
        network.close();
    }

    private Tmux start(int columns, int rows, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("flows"));
        command.addAll(List.of(more));
        AgentOptions options = AgentOptions.bare()
                .set("probe.source", "diag")
                .set("state.dir", folder.resolve("none"))
                .inside(network.near());
        List<String> line = new ArrayList<>(network.near().prefix());
        line.addAll(options.line(command));
        return Tmux.start(folder, columns, rows, line);
    }

    /** Checks that the screen was neither scrolled nor wrapped: the first line of the program is on top, its last one at the bottom. */
    private static void assertFits(String screen, int columns, int rows) {
        List<String> lines = screen.lines().toList();
        assertEquals(rows, lines.size(), screen);
        assertTrue(lines.getFirst().matches("\\d+ flows.*"), screen);
        assertTrue(lines.getLast().matches("1-\\d of \\d.*"), screen);
        assertTrue(lines.getLast().contains("q:quit") || columns < 80, screen);
        assertEquals(1, lines.stream().filter(line -> line.contains("remote")).count(), screen);
    }

    /** Returns the line of a flow, by the end of its remote endpoint. */
    private static String row(String screen, int remotePort) {
        return screen.lines()
                .filter(line -> line.matches(".*:" + remotePort + "\\b.*"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no flow to port " + remotePort + ":\n" + screen));
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "50, 15", "200, 60"})
    void shouldFitTheTerminal(int columns, int rows) throws IOException {
        try (Tmux tmux = start(columns, rows, "--by", "bytesAcked", "--filter", "dport = " + port6)) {
            String screen = tmux.await("a rate", text -> text.contains("1-1 of 1"));
            assertFits(screen, columns, rows);
            assertTrue(screen.contains("acked▼"), screen);
            String row = row(screen, port6);
            assertTrue(row.contains("100.0kB"), screen);
            assertEquals(columns < 100, row.contains("…"), screen);
            assertEquals(columns >= 100, row.contains("[" + LONG_6 + "]:" + port6), screen);
            tmux.press("q");
            tmux.await("ended 0, keys as before");
        }
    }

    @Test
    void shouldFollowTheSizeOfTheTerminal() throws IOException {
        try (Tmux tmux = start(80, 24, "--by", "srtt")) {
            tmux.await("1-4 of 4");
            tmux.resize(50, 15);
            String small = tmux.await("a small screen, drawn again", screen -> isDrawn(screen, 15));
            assertFits(small, 50, 15);
            tmux.resize(200, 60);
            String large = tmux.await(
                    "all of an address", screen -> isDrawn(screen, 60) && screen.contains("[" + LONG_6 + "]:" + port6));
            assertFits(large, 200, 60);
        }
    }

    /** Returns true if the screen is whole: right after a change of its size a terminal shows what is left of the last one. */
    private static boolean isDrawn(String screen, int rows) {
        List<String> lines = screen.lines().toList();
        return lines.size() == rows
                && lines.getFirst().contains("4 flows")
                && lines.getLast().startsWith("1-4 of 4")
                && screen.contains("srtt▼");
    }

    @Test
    void shouldFilterSortAndPause() throws IOException {
        try (Tmux tmux = start(100, 30)) {
            tmux.await("1-4 of 4");
            tmux.type("/dport = " + port4);
            tmux.press("Enter");
            String one = tmux.await("1-1 of 1");
            assertTrue(row(one, port4).contains("127.0.0.1:" + local4), one);
            tmux.type("/");
            tmux.type(" sport = 1");
            tmux.press("Enter");
            String refused = tmux.await("filter not changed: at 'sport', 'and', 'or' or the end was expected");
            assertTrue(refused.contains("1 flows"), refused);
            tmux.type("s");
            tmux.await("Rank by");
            tmux.press("Down", "Down", "Enter");
            tmux.await("srtt▼");
            tmux.type("r");
            tmux.await("srtt▲");
            tmux.type(">");
            tmux.await("retrans▲");
            tmux.type(" ");
            tmux.await("PAUSED");
            tmux.type("?");
            tmux.await("reverse the order");
            tmux.type("q");
            tmux.type(" ");
            tmux.await("the end of the pause", screen -> screen.contains("1-1 of 1") && !screen.contains("PAUSED"));
        }
    }

    /** Both endpoints of 5,000 connections. The order shows in the flow that has sent most. */
    @Test
    void shouldShowTenThousandFlows() throws IOException {
        for (int i = 0; i < 4998; i++) {
            traffic.connect("127.0.0.1", port4);
        }
        try (Tmux tmux = start(80, 24, "--by", "bytesAcked")) {
            String screen = tmux.await("all flows, the busiest first", text -> isRanked(text, "acked▼"));
            assertEquals(24, screen.lines().count(), screen);
            assertTrue(screen.lines().findFirst().orElse("").startsWith("10000 flows"), screen);
            assertTrue(flows(screen).getFirst().matches(".*:" + port6 + "\\b.*"), screen);
            tmux.type("r");
            String reversed = tmux.await("the busiest at the end", text -> isRanked(text, "acked▲"));
            assertTrue(flows(reversed).stream().noneMatch(line -> line.contains(":" + port6)), reversed);
            tmux.press("End");
            String end = tmux.await("the end", text -> text.contains("-10000 of 10000"));
            assertTrue(flows(end).getLast().matches(".*:" + port6 + "\\b.*"), end);
            tmux.resize(120, 40);
            tmux.await("a larger screen", text -> text.lines().count() == 40 && text.contains("-10000 of 10000"));
            tmux.type("q");
            String after = tmux.await("ended 0, keys as before");
            assertFalse(tmux.alternate());
            assertFalse(after.contains("acked"), after);
        }
    }

    private static boolean isRanked(String screen, String column) {
        return screen.contains(column) && screen.contains(" of 10000");
    }

    /** Returns the lines of flows: those below the header, without the last one. */
    private static List<String> flows(String screen) {
        List<String> lines = screen.lines().toList();
        int header = (int) lines.stream()
                .takeWhile(line -> !line.contains("remote") || !line.contains("acked"))
                .count();
        return lines.subList(header + 1, lines.size() - 1);
    }

    @Test
    void shouldChooseColumns() throws IOException {
        try (Tmux tmux = start(120, 30, "--columns", "remote,cwnd,bytesSentRate")) {
            String chosen = tmux.await("1-4 of 4");
            assertTrue(chosen.lines().anyMatch(line -> line.matches(" remote +cwnd +sent/s")), chosen);
            tmux.type("c");
            tmux.await("[x] cwnd");
            tmux.press("Down", "Space", "Enter");
            tmux.await("no cwnd", screen -> screen.lines().anyMatch(line -> line.matches(" remote +sent/s")));
        }
    }

    @Test
    void shouldShowAndDeleteAConnection() throws IOException {
        try (Tmux tmux = start(80, 24, "--filter", "dport = " + port6)) {
            tmux.await("1-1 of 1");
            tmux.press("Enter");
            String detail =
                    tmux.await("the values", screen -> screen.contains("evidence:") && screen.contains("advice:"));
            assertTrue(detail.contains("remote: [" + LONG_6 + "]:" + port6), detail);
            assertTrue(detail.matches("(?s).*\nsrtt +[▁-█].*"), detail);
            tmux.type("k");
            String question = tmux.await("Delete this connection?");
            assertTrue(question.contains("local: [" + LONG_6 + "]:" + local6), question);
            assertTrue(question.contains("remote: [" + LONG_6 + "]:" + port6), question);
            tmux.type("n");
            tmux.await("nothing deleted");
            tmux.type("k");
            tmux.await("Delete this connection?");
            tmux.type("y");
            tmux.await("deleted [" + LONG_6 + "]:" + local6);
            tmux.press("Escape");
            tmux.await("no flow");
            tmux.press("C-c");
            String after = tmux.await("ended 130, keys as before");
            assertTrue(after.contains("flows: deleted [" + LONG_6), after);
        }
    }

    @Test
    void shouldRestoreTheScreenAtTheEnd() throws IOException {
        try (Tmux tmux = start(80, 24)) {
            tmux.await("1-4 of 4");
            assertTrue(tmux.alternate());
            assertTrue(tmux.styledScreen().contains("\033[7m"), tmux::styledScreen);
            tmux.type("q");
            String after = tmux.await("ended 0, keys as before");
            assertFalse(tmux.alternate());
            assertTrue(after.startsWith("it begins"), after);
            assertFalse(after.contains("remote"), after);
        }
    }

    @Test
    void shouldRestoreTheTerminalAfterCtrlC() throws IOException {
        try (Tmux tmux = start(80, 24)) {
            tmux.await("1-4 of 4");
            tmux.press("C-c");
            String after = tmux.await("ended 130, keys as before");
            assertFalse(tmux.alternate());
            assertFalse(after.contains("1-4 of 4"), after);
        }
    }
}
