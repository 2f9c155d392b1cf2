package io.tcpprobe.agent.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.MeasureOrder;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowsScreenTest {
    private static final Optional<FlowMeasure> SRTT = Optional.of(new FlowMeasure.Field(FlowField.SRTT));

    private final FlowsScreen screen = screen(FlowIdLookup.NONE, Integer.MAX_VALUE);

    private static FlowsScreen screen(FlowIdLookup ids, int top) {
        return new FlowsScreen(
                new FlowsScreen.Options("diag", "network namespace 4026531840", top, ids, Glyphs.UNICODE), _ -> true);
    }

    private static FlowsView view(Optional<FlowMeasure> by) {
        return new FlowsView(new MeasureOrder(by, false), TableColumns.initial(by, false));
    }

    private static void press(FlowsView view, String keys) {
        keys.chars().forEach(key -> view.press(key == '\n' ? Key.Named.ENTER : new Key.Typed(key)));
    }

    private List<String> shown(FlowsView view, FlowSnapshot snapshot, int width, int height) {
        List<String> texts = TestFlows.texts(screen.lines(view, snapshot, width, height));
        assertEquals(height, texts.size(), () -> String.join("\n", texts));
        assertTrue(texts.stream().allMatch(text -> text.length() <= width), () -> String.join("\n", texts));
        return texts;
    }

    private static String heading(List<String> texts) {
        return texts.stream()
                .filter(text -> text.contains("remote"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(String.join("\n", texts)));
    }

    /** Returns the text below a heading. */
    private static String cell(List<String> texts, String row, String heading) {
        int from = heading(texts).indexOf(heading);
        assertTrue(from >= 0, () -> String.join("\n", texts));
        return row.substring(from).split(" ", 2)[0];
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "50, 15", "200, 60", "40, 8", "132, 43"})
    void shouldAlwaysShowTheRemoteEndpointAndTheMeasureThatRanks(int width, int height) {
        FlowsView view = view(SRTT);
        List<String> texts = shown(view, TestFlows.snapshot(1, TestFlows.rows(90)), width, height);
        assertTrue(heading(texts).contains("srtt▼"), () -> String.join("\n", texts));
        String first = texts.get(texts.indexOf(heading(texts)) + 1);
        assertTrue(first.startsWith(">"), first);
        assertTrue(first.contains("90.0ms"), first);
        assertTrue(cell(texts, first, "remote").endsWith(":65535"), first);
        assertEquals(width < 100, cell(texts, first, "remote").contains("…"), first);
    }

    @Test
    void shouldShortenIpv6InTheMiddleAndDropOtherColumnsFirst() {
        List<String> wide = shown(view(SRTT), TestFlows.snapshot(1, TestFlows.rows(90)), 200, 60);
        assertTrue(String.join("\n", wide).contains("[" + TestFlows.REMOTE_6 + "]:65535"));
        assertTrue(heading(wide).contains("ssthresh") || heading(wide).contains("inFlight"), heading(wide));
        List<String> narrow = shown(view(SRTT), TestFlows.snapshot(1, TestFlows.rows(90)), 50, 15);
        assertFalse(heading(narrow).contains("inFlight"), heading(narrow));
        assertTrue(heading(narrow).contains("limited by"), heading(narrow));
        assertTrue(String.join("\n", narrow).contains("rwnd 98%"));
    }

    @Test
    void shouldShowTotalsAndRates() {
        List<String> texts = shown(view(SRTT), TestFlows.snapshot(1, TestFlows.rows(10)), 80, 24);
        String head = String.join("\n", texts.subList(0, 4));
        assertTrue(head.startsWith("10 flows"), head);
        assertTrue(head.contains("acked 1.2MB/s"), head);
        assertTrue(head.contains("limited by rwnd 10"), head);
        assertTrue(head.contains("source diag"), head);
        assertTrue(String.join("\n", texts).contains("123.5kB/s"), () -> String.join("\n", texts));
    }

    @Test
    void shouldNeverPassOnControlCharacters() {
        FlowSnapshot snapshot = TestFlows.snapshot(
                1, TestFlows.flow(1).control("c\033[2J"), TestFlows.flow(2).control("\u0007\r\n\u009b5i"));
        FlowsView view = view(Optional.empty());
        for (String keys : List.of("", "/\033[2J\u0085", "\n", "\n", "k", "n?", "xc", "\ns", "\n")) {
            press(view, keys);
            for (Line line : screen.lines(view, snapshot, 200, 60)) {
                assertTrue(line.text().chars().noneMatch(Character::isISOControl), line::text);
                String coloured = line.ansi(true).replaceAll("\033\\[[0-9;]+m", "");
                assertEquals(line.text(), coloured);
            }
        }
    }

    @Test
    void shouldShowTheSameTextWithoutColours() {
        List<Line> lines = screen.lines(view(SRTT), TestFlows.snapshot(1, TestFlows.rows(5)), 80, 24);
        String plain =
                String.join("\n", lines.stream().map(line -> line.ansi(false)).toList());
        String coloured =
                String.join("\n", lines.stream().map(line -> line.ansi(true)).toList());
        assertTrue(coloured.contains("\033[33mrwnd 98%"), coloured);
        assertFalse(plain.matches("(?s).*\033\\[([0-9;]*;)?3[0-9].*"), plain);
        assertEquals(plain.replaceAll("\033\\[[0-9;]+m", ""), coloured.replaceAll("\033\\[[0-9;]+m", ""));
    }

    @Test
    void shouldFormatOnlyTheFlowsThatAreSeen() {
        AtomicInteger formatted = new AtomicInteger();
        TableColumn counting = new TableColumn(
                "counting", "counting", TableColumn.Kind.TEXT, Optional.empty(), _ -> "" + formatted.incrementAndGet());
        List<TableColumn> columns = new ArrayList<>(TableColumns.initial(SRTT, false));
        columns.add(counting);
        FlowsView view = new FlowsView(new MeasureOrder(SRTT, false), columns);
        FlowSnapshot snapshot = TestFlows.snapshot(1, TestFlows.rows(10_000));
        List<String> texts = shown(view, snapshot, 80, 24);
        assertTrue(texts.getLast().contains(" of 10000"), texts.getLast());
        assertTrue(formatted.get() <= 24, () -> formatted + " rows were formatted");
        view.press(Key.Named.END);
        assertTrue(String.join("\n", shown(view, snapshot, 80, 24)).contains(" 1.0ms"));
        assertTrue(formatted.get() <= 48, () -> formatted + " rows were formatted");
    }

    @Test
    void shouldFollowTheFlowAtTheCursor() {
        FlowsView view = view(SRTT);
        shown(view, TestFlows.snapshot(1, TestFlows.flow(1), TestFlows.flow(2), TestFlows.flow(3)), 80, 24);
        view.press(Key.Named.DOWN);
        List<String> before =
                shown(view, TestFlows.snapshot(2, TestFlows.flow(1), TestFlows.flow(2), TestFlows.flow(3)), 80, 24);
        assertTrue(marked(before).contains(":50002"), () -> String.join("\n", before));
        List<String> after = shown(
                view,
                TestFlows.snapshot(
                        3, TestFlows.flow(1), TestFlows.flow(2).with(FlowField.SRTT, 9_000_000), TestFlows.flow(3)),
                80,
                24);
        assertTrue(marked(after).contains(":50002"), () -> String.join("\n", after));
        assertTrue(marked(after).contains("9.00s"), () -> String.join("\n", after));
        List<String> gone = shown(view, TestFlows.snapshot(4, TestFlows.flow(1)), 80, 24);
        assertTrue(marked(gone).contains(":50001"), () -> String.join("\n", gone));
    }

    private static String marked(List<String> texts) {
        return texts.stream().filter(text -> text.startsWith(">")).findFirst().orElseThrow();
    }

    @Test
    void shouldScrollAsFarAsTheCursorNeeds() {
        FlowsView view = view(SRTT);
        FlowSnapshot snapshot = TestFlows.snapshot(1, TestFlows.rows(90));
        shown(view, snapshot, 80, 24);
        view.press(Key.Named.PAGE_DOWN);
        view.press(Key.Named.PAGE_DOWN);
        List<String> texts = shown(view, snapshot, 80, 24);
        assertTrue(marked(texts).startsWith(">"), marked(texts));
        assertFalse(texts.getLast().startsWith("1-"), texts.getLast());
        view.press(Key.Named.HOME);
        assertTrue(shown(view, snapshot, 80, 24).getLast().startsWith("1-"));
        List<String> small = shown(view, snapshot, 30, 6);
        assertTrue(marked(small).contains("90.0ms"), () -> String.join("\n", small));
    }

    @Test
    void shouldShowOnlyTheFlowsThatMeetTheCondition() {
        FlowsView view = view(SRTT);
        view.filter("dport = 65535 and srtt > 80ms");
        List<String> texts = shown(view, TestFlows.snapshot(1, TestFlows.rows(90)), 80, 24);
        assertTrue(texts.getLast().startsWith("1-4 of 4"), texts.getLast());
        assertTrue(texts.getFirst().contains("filter dport = 65535 and srtt > 80ms"), texts.getFirst());
        view.filter("dport = 1");
        assertTrue(shown(view, TestFlows.snapshot(2, TestFlows.rows(90)), 80, 24)
                .getLast()
                .startsWith("no flow"));
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 80, 200})
    void shouldShowAllThatIsKnownOfAFlow(int width) {
        FlowsView view = view(SRTT);
        FlowSnapshot snapshot = TestFlows.snapshot(1, TestFlows.flow6(7));
        shown(view, snapshot, width, 24);
        view.press(Key.Named.ENTER);
        String all = String.join("\n", shown(view, snapshot, width, 60)).replace("\n  ", " ");
        assertTrue(all.contains("local: [" + TestFlows.LOCAL_6 + "]:50007"), all);
        assertTrue(all.contains("limited by: rwnd 98% as sender"), all);
        assertTrue(all.contains("evidence: sendWindow 0 B, rwndLimited"), all);
        assertTrue(all.contains("advice: Look at the receiver"), all);
        assertTrue(all.matches("(?s).*\nsrtt +▁ 7\\.0ms, 7\\.0ms to 7\\.0ms.*"), all);
        assertTrue(all.matches("(?s).*bytesAcked +1\\.0MB \\+123\\.5kB/s.*"), all);
    }

    @Test
    void shouldShowTheLastValuesOfAFlowThatHasEnded() {
        FlowsView view = view(SRTT);
        shown(view, TestFlows.snapshot(1, TestFlows.flow(7)), 80, 24);
        view.press(Key.Named.ENTER);
        shown(view, TestFlows.snapshot(2, TestFlows.flow(7)), 80, 24);
        String ended = String.join("\n", shown(view, TestFlows.snapshot(3, TestFlows.flow(8)), 80, 60));
        assertTrue(ended.contains("This flow has ended"), ended);
        assertTrue(ended.contains(":50007"), ended);
        assertTrue(ended.matches("(?s).*srtt +▁ 7.*"), ended);
    }

    @Test
    void shouldNameBothEndpointsBeforeAConnectionIsDeleted() {
        FlowsView view = view(SRTT);
        FlowSnapshot snapshot = TestFlows.snapshot(1, TestFlows.flow6(7));
        shown(view, snapshot, 50, 15);
        press(view, "k");
        String question = String.join("\n", shown(view, snapshot, 50, 15)).replace("\n  ", " ");
        assertTrue(question.contains("local: [" + TestFlows.LOCAL_6 + "]:50007"), question);
        assertTrue(question.contains("remote: [" + TestFlows.REMOTE_6 + "]:65535"), question);
        assertTrue(question.contains("y: delete it; any other key: no"), question);
    }

    @Test
    void shouldShowTheReasonWhyAConditionIsRefused() {
        FlowsView view = view(SRTT);
        FlowSnapshot snapshot = TestFlows.snapshot(1, TestFlows.rows(5));
        shown(view, snapshot, 50, 15);
        press(view, "/dport = 443 sport = 2\n");
        List<String> texts = shown(view, snapshot, 50, 15);
        String bottom = String.join(" ", texts.subList(12, 15));
        assertTrue(bottom.contains("at 'sport', 'and', 'or' or the end was expected"), bottom);
        assertTrue(texts.getFirst().startsWith("5 flows"), texts.getFirst());
    }

    @Test
    void shouldAskTheAgentOnceForASnapshot() {
        AtomicInteger asked = new AtomicInteger();
        FlowsScreen withIds = screen(
                flows -> {
                    asked.incrementAndGet();
                    return flows.getFirst().number(FlowField.LOCAL_PORT) == 50_002 ? Map.of(0, 4711L) : Map.of();
                },
                Integer.MAX_VALUE);
        FlowsView view = view(SRTT);
        FlowSnapshot snapshot = TestFlows.snapshot(1, TestFlows.flow(1), TestFlows.flow(2));
        String first = String.join("\n", TestFlows.texts(withIds.lines(view, snapshot, 200, 24)));
        assertTrue(first.contains(">4711 "), first);
        withIds.lines(view, snapshot, 200, 24);
        assertEquals(1, asked.get());
    }

    @Test
    void shouldShowAtMostTheTopFlows() {
        List<String> texts = TestFlows.texts(
                screen(FlowIdLookup.NONE, 3).lines(view(SRTT), TestFlows.snapshot(1, TestFlows.rows(90)), 80, 24));
        assertTrue(texts.getLast().startsWith("1-3 of 3"), texts.getLast());
    }

    @Test
    void shouldFitEverySizeInEveryMode() {
        FlowSnapshot snapshot = TestFlows.snapshot(1, TestFlows.rows(20));
        for (String keys : List.of("", "/abc", "s", "c", "\n", "k", "?", "x", " ")) {
            for (int width = 1; width < 90; width += 7) {
                for (int height = 1; height < 30; height += 3) {
                    FlowsView view = view(SRTT);
                    shown(view, snapshot, 80, 24);
                    press(view, keys);
                    shown(view, snapshot, width, height);
                }
            }
        }
    }
}
