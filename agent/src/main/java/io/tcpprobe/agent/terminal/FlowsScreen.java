package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Composes the screen: from a snapshot of the flows, the state of the view and the size of the terminal to lines. Flows are selected and
 * added up once for each snapshot, and only those that are seen are formatted.
 */
public final class FlowsScreen {
    private final Options options;
    private final Predicate<Flow> within;
    private final TablePage tablePage;

    /** The selection of the last snapshot. */
    private @Nullable Selection last;

    private @Nullable FlowTrack track;

    /**
     * What does not change while the screen is shown.
     *
     * @param source the name of the source
     * @param place the network namespace, as a phrase; empty for a recording
     * @param top the maximum number of flows that are ranked
     * @param ids looks up the ids of the running agent
     * @param glyphs the characters that draw
     */
    public record Options(String source, String place, int top, FlowIdLookup ids, Glyphs glyphs) {}

    /**
     * Creates a screen.
     *
     * @param within selects the flows that can be shown at all: those of a network namespace
     */
    public FlowsScreen(Options options, Predicate<Flow> within) {
        this.options = options;
        this.within = within;
        this.tablePage = new TablePage(options);
    }

    /** Returns the lines of the screen, at most {@code height} of at most {@code width} characters. Stores in the view what is shown. */
    public List<Line> lines(FlowsView view, FlowSnapshot snapshot, int width, int height) {
        Selection selection = selection(view, snapshot);
        Glyphs glyphs = options.glyphs();
        List<Line> lines = switch (view.mode()) {
            case Mode.Table _, Mode.Prompt _ -> tablePage.lines(view, selection, width, height);
            case Mode.SortMenu menu -> new MenuPage(width, height, glyphs).sort(menu, view);
            case Mode.ColumnMenu menu -> new MenuPage(width, height, glyphs).columns(menu, view);
            case Mode.Detail detail -> detail(view, detail, snapshot, width, height);
            case Mode.Confirm confirm -> tablePage.confirm(view, confirm, selection, width, height);
            case Mode.Help help ->
                Pages.scrolled(
                        Pages.title("Keys", width, glyphs),
                        HelpPage.LINES,
                        help.scroll(),
                        Pages.bottom(view, Line.of("Up, Down: scroll; any other key: back"), width, glyphs),
                        view,
                        height);
        };
        return lines.stream()
                .limit(Math.max(0, height))
                .map(line -> line.fit(width, glyphs))
                .toList();
    }

    private Selection selection(FlowsView view, FlowSnapshot snapshot) {
        Selection known = last;
        if (known != null && known.isOf(snapshot, view)) {
            return known;
        }
        Selection made = Selection.of(snapshot, within, view);
        last = made;
        view.detailed().ifPresent(flow -> {
            int index = snapshot.flows().indexOf(flow.id());
            if (index >= 0) {
                track(flow.id()).add(new Flow(snapshot, index));
            }
        });
        return made;
    }

    /** Returns the course of the flow whose values were shown last; it goes on while the table is shown. */
    private FlowTrack track(long flowId) {
        FlowTrack known = track;
        if (known == null || known.flowId() != flowId) {
            known = new FlowTrack(flowId);
            track = known;
        }
        return known;
    }

    private List<Line> detail(FlowsView view, Mode.Detail detail, FlowSnapshot snapshot, int width, int height) {
        int index = snapshot.flows().indexOf(detail.flowId());
        Flow flow = index >= 0 ? new Flow(snapshot, index) : view.detailed().orElseThrow();
        view.shownDetail(flow);
        FlowTrack tracked = track(detail.flowId());
        if (index >= 0) {
            tracked.add(flow);
        }
        Line keys = Line.of("Esc: back, Up, Down: scroll, k: kill, space: pause");
        String name = (view.paused() ? "PAUSED  " : "") + flow.local() + " - " + flow.remote();
        return Pages.scrolled(
                Pages.title(name, width, options.glyphs()),
                new DetailPage(width, options.glyphs()).lines(flow, index >= 0, tracked),
                detail.scroll(),
                Pages.bottom(view, keys, width, options.glyphs()),
                view,
                height);
    }
}
