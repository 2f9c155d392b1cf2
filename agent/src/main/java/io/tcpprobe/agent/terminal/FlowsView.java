package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.filter.FlowFilter;
import io.tcpprobe.agent.filter.FlowFilterParser;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.MeasureOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The state of the screen, and what each key changes in it. It reads no flows and writes nothing: the screen reports what it has shown by
 * {@link #shown}, and the program does what {@link #press} returns.
 */
public final class FlowsView {
    private static final int MAX_CONDITION = 1000;

    /** What the program has to do because of a key. */
    public sealed interface Action {
        /** Show the new state. */
        record Redraw() implements Action {}

        /** End the program. */
        record Quit() implements Action {}

        /** Delete the connection of a flow; {@link FlowsView#say} takes the result. */
        record Kill(Flow flow) implements Action {}
    }

    private static final Action REDRAW = new Action.Redraw();

    private MeasureOrder order;
    private List<TableColumn> columns;
    private String condition = "";
    private String refused = "";
    private FlowFilter filter = FlowFilter.ALL;
    private boolean paused;
    private String status = "";
    private Mode mode = new Mode.Table();

    /** The place of the cursor among all flows that are ranked. */
    private int cursor;

    /** The flow that the cursor follows; empty while the cursor stays at the first place. */
    private OptionalLong followed = OptionalLong.empty();

    /** The flow whose values were shown last. */
    private Optional<Flow> detailed = Optional.empty();

    private List<Flow> rows = List.of();
    private int firstRow;
    private int total;
    private int page = 1;

    /** Creates the state at the start: the table, with the cursor at the first flow. */
    public FlowsView(MeasureOrder order, List<TableColumn> columns) {
        this.order = order;
        this.columns = List.copyOf(columns);
    }

    /**
     * Sets the condition.
     *
     * @throws IllegalArgumentException if it is not one; nothing is changed
     */
    public void filter(String text) {
        filter = FlowFilterParser.parse(text);
        condition = text.strip();
        refused = "";
        cursor = 0;
        followed = OptionalLong.empty();
    }

    /** Shows a message until a key is pressed. */
    public void say(String message) {
        status = message;
    }

    /**
     * Stores what the table has shown, which the keys refer to.
     *
     * @param shownRows the flows that are seen
     * @param first the place of the first one among all
     * @param all number of flows that are ranked
     * @param place the place of the cursor
     * @param room number of rows that can be seen
     */
    void shown(List<Flow> shownRows, int first, int all, int place, int room) {
        rows = List.copyOf(shownRows);
        firstRow = first;
        total = all;
        cursor = place;
        page = Math.max(1, room);
        if (cursor > 0 || followed.isPresent()) { // also in the place of a flow that has ended
            followed = selectedId();
        }
    }

    /** Returns which flows are seen: "1-17 of 123". */
    String range() {
        return rows.isEmpty() ? "no flow" : (firstRow + 1) + "-" + (firstRow + rows.size()) + " of " + total;
    }

    MeasureOrder order() {
        return order;
    }

    List<TableColumn> columns() {
        return columns;
    }

    FlowFilter filter() {
        return filter;
    }

    String condition() {
        return condition;
    }

    /** Returns true while the flows shown are not replaced by newer ones. */
    public boolean paused() {
        return paused;
    }

    String status() {
        return status;
    }

    Mode mode() {
        return mode;
    }

    int cursor() {
        return cursor;
    }

    OptionalLong followed() {
        return followed;
    }

    int firstRow() {
        return firstRow;
    }

    /** Returns the flow whose values are shown, or were shown last. */
    Optional<Flow> detailed() {
        return detailed;
    }

    /** Changes the state as a key requires. */
    public Action press(Key key) {
        status = "";
        return switch (mode) {
            case Mode.Table _ -> inTable(key);
            case Mode.Prompt prompt -> inPrompt(prompt, key);
            case Mode.SortMenu menu -> inSortMenu(menu, key);
            case Mode.ColumnMenu menu -> inColumnMenu(menu, key);
            case Mode.Detail detail -> inDetail(detail, key);
            case Mode.Confirm confirm -> inConfirm(confirm, key);
            case Mode.Help help -> inHelp(help, key);
        };
    }

    private Action inTable(Key key) {
        return switch (key) {
            case Key.Typed typed -> typedInTable(typed.codePoint());
            case Key.Named named -> {
                if (named == Key.Named.ENTER) {
                    selected().ifPresent(flow -> {
                        detailed = Optional.of(flow);
                        mode = new Mode.Detail(flow.id(), 0);
                    });
                } else {
                    move(moved(named, cursor, total));
                }
                yield REDRAW;
            }
        };
    }

    private Action typedInTable(int character) {
        switch (character) {
            case 'q' -> {
                return new Action.Quit();
            }
            case '<' -> orderByNeighbour(-1);
            case '>' -> orderByNeighbour(1);
            case 's' ->
                mode = new Mode.SortMenu(measured(), Math.max(0, measured().indexOf(ranking())));
            case 'r' -> order = order.reversed();
            case '/', 'f' -> mode = new Mode.Prompt(refused.isEmpty() ? condition : refused);
            case 'c' -> mode = new Mode.ColumnMenu(allColumns(), 0);
            case ' ', 'p' -> paused = !paused;
            case 'k' -> selected().ifPresent(flow -> mode = new Mode.Confirm(flow, mode));
            case '?', 'h' -> mode = new Mode.Help(0);
            default -> say("no such key: press ? for help");
        }
        return REDRAW;
    }

    /** Returns the flow at the cursor. */
    Optional<Flow> selected() {
        int row = cursor - firstRow;
        return row >= 0 && row < rows.size() ? Optional.of(rows.get(row)) : Optional.empty();
    }

    private void move(int place) {
        cursor = Math.clamp(place, 0, Math.max(0, total - 1));
        // A flow out of sight is followed when it has been shown.
        followed = cursor == 0 ? OptionalLong.empty() : selectedId();
    }

    private OptionalLong selectedId() {
        return selected().map(flow -> OptionalLong.of(flow.id())).orElse(OptionalLong.empty());
    }

    private int moved(Key.Named key, int from, int count) {
        return switch (key) {
            case UP -> from - 1;
            case DOWN -> from + 1;
            case PAGE_UP -> from - page;
            case PAGE_DOWN -> from + page;
            case HOME -> 0;
            case END -> count - 1;
            case LEFT, RIGHT, ENTER, ESCAPE, BACKSPACE, OTHER -> from;
        };
    }

    private TableColumn ranking() {
        return order.measure()
                .flatMap(by -> TableColumns.find(by.label()))
                .orElseGet(() -> measured().getFirst());
    }

    /** Returns the columns that can rank: first those that are shown. */
    private List<TableColumn> measured() {
        return allColumns().stream()
                .filter(column -> column.measure().isPresent())
                .toList();
    }

    private List<TableColumn> allColumns() {
        return Stream.concat(TableColumns.with(order.measure(), columns).stream(), TableColumns.all().stream())
                .distinct()
                .toList();
    }

    /** Ranks by the next column to the left or to the right. */
    private void orderByNeighbour(int step) {
        List<Optional<FlowMeasure>> choices = Stream.concat(
                        Stream.of(Optional.<FlowMeasure>empty()),
                        TableColumns.with(order.measure(), columns).stream()
                                .map(TableColumn::measure)
                                .filter(Optional::isPresent))
                .toList();
        int next = Math.floorMod(choices.indexOf(order.measure()) + step, choices.size());
        order = new MeasureOrder(choices.get(next), order.ascending());
        say("sorted by " + order.measure().map(FlowMeasure::label).orElse("bytes transferred"));
    }

    private Action inPrompt(Mode.Prompt prompt, Key key) {
        String text = prompt.text();
        switch (key) {
            case Key.Typed typed -> {
                if (text.length() < MAX_CONDITION) {
                    mode = new Mode.Prompt(text + Character.toString(typed.codePoint()));
                }
            }
            case Key.Named.BACKSPACE ->
                mode = new Mode.Prompt(
                        text.isEmpty() ? text : text.substring(0, text.offsetByCodePoints(text.length(), -1)));
            case Key.Named.ENTER -> apply(text);
            case Key.Named.ESCAPE -> mode = new Mode.Table();
            case Key.Named _ -> mode = prompt;
        }
        return REDRAW;
    }

    private void apply(String text) {
        mode = new Mode.Table();
        try {
            filter(text);
        } catch (IllegalArgumentException wrong) {
            refused = text; // to be mended at the next prompt
            String reason = String.valueOf(wrong.getMessage());
            String repeated = "where '" + text + "': ";
            say("filter not changed: " + (reason.startsWith(repeated) ? reason.substring(repeated.length()) : reason));
        }
    }

    private Action inSortMenu(Mode.SortMenu menu, Key key) {
        switch (key) {
            case Key.Named.ENTER -> {
                order = new MeasureOrder(menu.columns().get(menu.cursor()).measure(), order.ascending());
                mode = new Mode.Table();
            }
            case Key.Named.ESCAPE -> mode = new Mode.Table();
            case Key.Named named ->
                mode = new Mode.SortMenu(
                        menu.columns(),
                        placed(named, menu.cursor(), menu.columns().size()));
            case Key.Typed typed -> mode = typed.codePoint() == 'q' ? new Mode.Table() : menu;
        }
        return REDRAW;
    }

    private int placed(Key.Named key, int from, int count) {
        return Math.clamp(moved(key, from, count), 0, Math.max(0, count - 1));
    }

    private Action inColumnMenu(Mode.ColumnMenu menu, Key key) {
        switch (key) {
            case Key.Named.ENTER, Key.Named.ESCAPE -> mode = new Mode.Table();
            case Key.Named named ->
                mode = new Mode.ColumnMenu(
                        menu.columns(),
                        placed(named, menu.cursor(), menu.columns().size()));
            case Key.Typed typed -> {
                if (typed.codePoint() == ' ') {
                    toggle(menu.columns().get(menu.cursor()));
                } else if (typed.codePoint() == 'q') {
                    mode = new Mode.Table();
                }
            }
        }
        return REDRAW;
    }

    private void toggle(TableColumn column) {
        List<TableColumn> chosen = new ArrayList<>(columns);
        if (!chosen.remove(column)) {
            chosen.add(column);
        }
        if (chosen.isEmpty()) {
            say("one column remains");
        } else {
            columns = List.copyOf(chosen);
        }
    }

    private Action inDetail(Mode.Detail detail, Key key) {
        switch (key) {
            case Key.Named.ESCAPE, Key.Named.LEFT, Key.Named.ENTER -> mode = new Mode.Table();
            case Key.Named named ->
                mode = new Mode.Detail(detail.flowId(), Math.max(0, moved(named, detail.scroll(), Integer.MAX_VALUE)));
            case Key.Typed typed -> {
                switch (typed.codePoint()) {
                    case 'q' -> mode = new Mode.Table();
                    case ' ', 'p' -> paused = !paused;
                    case 'k' -> detailed.ifPresent(flow -> mode = new Mode.Confirm(flow, detail));
                    case '?', 'h' -> mode = new Mode.Help(0);
                    default -> say("no such key: press ? for help");
                }
            }
        }
        return REDRAW;
    }

    /** Stores the flow whose values have been shown. */
    void shownDetail(Flow flow) {
        detailed = Optional.of(flow);
    }

    /** Stores how far the values can be scrolled. */
    void scrolledTo(int scroll) {
        if (mode instanceof Mode.Detail detail) {
            mode = new Mode.Detail(detail.flowId(), scroll);
        } else if (mode instanceof Mode.Help) {
            mode = new Mode.Help(scroll);
        }
    }

    private Action inConfirm(Mode.Confirm confirm, Key key) {
        mode = confirm.before();
        if (key instanceof Key.Typed typed && typed.codePoint() == 'y') {
            return new Action.Kill(confirm.flow());
        }
        say("nothing deleted");
        return REDRAW;
    }

    private Action inHelp(Mode.Help help, Key key) {
        mode = key instanceof Key.Named named && moved(named, 1, Integer.MAX_VALUE) != 1
                ? new Mode.Help(Math.max(0, moved(named, help.scroll(), Integer.MAX_VALUE)))
                : new Mode.Table();
        return REDRAW;
    }
}
