package io.tcpprobe.agent.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.filter.FlowFilter;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.MeasureOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowsViewTest {
    private final FlowsView view =
            new FlowsView(new MeasureOrder(Optional.empty(), false), TableColumns.initial(Optional.empty(), false));
    private final FlowSnapshot snapshot = TestFlows.snapshot(1, TestFlows.rows(30));

    private FlowsView.Action press(String keys) {
        FlowsView.Action last = new FlowsView.Action.Redraw();
        for (int key : keys.chars().toArray()) {
            last = view.press(key == '\n' ? Key.Named.ENTER : new Key.Typed(key));
        }
        return last;
    }

    /** The screen has shown ten of thirty flows. */
    private void shown(int first, int place) {
        List<Flow> rows = IntStream.range(first, first + 10)
                .mapToObj(index -> new Flow(snapshot, index))
                .toList();
        view.shown(rows, first, 30, place, 10);
    }

    @BeforeEach
    void showTheFirst() {
        shown(0, 0);
    }

    private String by() {
        return view.order().measure().map(FlowMeasure::label).orElse("");
    }

    @Test
    void shouldMoveWithinTheFlows() {
        view.press(Key.Named.UP);
        assertEquals(0, view.cursor());
        view.press(Key.Named.DOWN);
        assertEquals(1, view.cursor());
        assertEquals(OptionalLong.of(2), view.followed());
        view.press(Key.Named.PAGE_DOWN);
        assertEquals(11, view.cursor());
        assertEquals(OptionalLong.empty(), view.followed(), "it has not been shown yet");
        shown(2, 11);
        assertEquals(OptionalLong.of(12), view.followed());
        view.press(Key.Named.END);
        assertEquals(29, view.cursor());
        view.press(Key.Named.PAGE_UP);
        assertEquals(19, view.cursor());
        view.press(Key.Named.HOME);
        assertEquals(0, view.cursor());
        assertEquals(OptionalLong.empty(), view.followed(), "the first place stays");
    }

    @Test
    void shouldRankByTheColumnsFromLeftToRight() {
        press(">");
        assertEquals("bytesAckedRate", by());
        press(">>");
        assertEquals("srtt", by());
        press("<");
        assertEquals("bytesReceivedRate", by());
        press("<<");
        assertEquals("", by());
        press("<");
        assertEquals("receiveQueue", by());
        assertFalse(view.order().ascending());
        press("r");
        assertTrue(view.order().ascending());
        assertEquals("receiveQueue", by());
    }

    @Test
    void shouldRankByWhatTheMenuOffers() {
        press("s");
        Mode.SortMenu menu = assertInstanceOf(Mode.SortMenu.class, view.mode());
        assertEquals("bytesAckedRate", menu.columns().getFirst().name());
        view.press(Key.Named.END);
        String last = menu.columns().getLast().name();
        press("\n");
        assertEquals(last, by());
        press("s");
        view.press(Key.Named.HOME);
        view.press(Key.Named.ESCAPE);
        assertEquals(last, by());
        assertInstanceOf(Mode.Table.class, view.mode());
    }

    @Test
    void shouldFilter() {
        press("/dport = 443x");
        view.press(Key.Named.BACKSPACE);
        view.press(Key.Named.UP);
        press("\n");
        assertEquals("dport = 443", view.condition());
        assertEquals("", view.status());
        assertFalse(view.filter().equals(FlowFilter.ALL));
        press("/");
        view.press(Key.Named.ESCAPE);
        assertEquals("dport = 443", view.condition());
    }

    @Test
    void shouldKeepTheFilterIfTheNextOneIsRefused() {
        press("/dport = 443\n");
        FlowFilter before = view.filter();
        press("/ and sprt = 1\n");
        assertTrue(view.status().contains("there is no field 'sprt'"), view::status);
        assertEquals("dport = 443", view.condition());
        assertEquals(before, view.filter());
        press("/");
        assertEquals(
                "dport = 443 and sprt = 1",
                assertInstanceOf(Mode.Prompt.class, view.mode()).text(),
                "to be mended");
        assertEquals("", view.status());
    }

    @Test
    void shouldLimitTheLengthOfACondition() {
        press("/" + "x".repeat(5000));
        assertEquals(
                1000, assertInstanceOf(Mode.Prompt.class, view.mode()).text().length());
    }

    @Test
    void shouldChooseColumns() {
        press("c");
        Mode.ColumnMenu menu = assertInstanceOf(Mode.ColumnMenu.class, view.mode());
        assertEquals(
                TableColumns.initial(Optional.empty(), false),
                menu.columns().subList(0, view.columns().size()));
        press(" ");
        assertFalse(view.columns().contains(menu.columns().getFirst()));
        view.press(Key.Named.END);
        press(" ");
        assertTrue(view.columns().contains(menu.columns().getLast()));
        press(" \n");
        assertFalse(view.columns().contains(menu.columns().getLast()));
        assertInstanceOf(Mode.Table.class, view.mode());
    }

    @Test
    void shouldKeepOneColumn() {
        FlowsView one = new FlowsView(
                new MeasureOrder(Optional.empty(), false),
                List.of(TableColumns.find("remote").orElseThrow()));
        one.press(new Key.Typed('c'));
        one.press(new Key.Typed(' '));
        assertEquals(1, one.columns().size());
        assertEquals("one column remains", one.status());
    }

    @Test
    void shouldDeleteOnlyAfterTheAnswerYes() {
        view.press(Key.Named.DOWN);
        press("k");
        Mode.Confirm confirm = assertInstanceOf(Mode.Confirm.class, view.mode());
        assertEquals(2, confirm.flow().id());
        shown(5, 6); // other flows come to the place of the cursor
        FlowsView.Action.Kill kill = assertInstanceOf(FlowsView.Action.Kill.class, press("y"));
        assertEquals(2, kill.flow().id());
        for (String other : List.of("n", "Y", "\n", "q", " ")) {
            press("k");
            assertInstanceOf(FlowsView.Action.Redraw.class, press(other));
            assertEquals("nothing deleted", view.status());
            assertInstanceOf(Mode.Table.class, view.mode());
        }
    }

    @Test
    void shouldDeleteTheFlowWhoseValuesAreShown() {
        view.press(Key.Named.DOWN);
        press("\n");
        shown(5, 6);
        press("k");
        assertEquals(2, assertInstanceOf(Mode.Confirm.class, view.mode()).flow().id());
        press("n");
        assertInstanceOf(Mode.Detail.class, view.mode());
    }

    @Test
    void shouldQuitFromTheTableOnly() {
        press("\n");
        assertInstanceOf(Mode.Detail.class, view.mode());
        assertInstanceOf(FlowsView.Action.Redraw.class, press("q"));
        press("?");
        assertInstanceOf(Mode.Help.class, view.mode());
        view.press(Key.Named.DOWN);
        assertInstanceOf(Mode.Help.class, view.mode());
        press("q");
        press("/q");
        view.press(Key.Named.ESCAPE);
        assertInstanceOf(FlowsView.Action.Quit.class, press("q"));
    }

    @Test
    void shouldPauseAndGoOn() {
        press(" ");
        assertTrue(view.paused());
        press("\n ");
        assertFalse(view.paused());
    }

    @Test
    void shouldSayThatAKeyHasNoMeaning() {
        press("x");
        assertEquals("no such key: press ? for help", view.status());
        view.press(Key.Named.OTHER);
        assertEquals("", view.status());
    }
}
