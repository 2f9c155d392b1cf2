package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.terminal.FlowsScreen;
import io.tcpprobe.agent.terminal.FlowsView;
import io.tcpprobe.agent.terminal.Line;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** Shows the flows on a full screen until a key or the end of the terminal ends it: a snapshot each second, and a frame for each key. */
final class FlowsSession {
    private static final long REFRESH_NANOS = 1_000_000_000;

    private final Supplier<FlowSnapshot> snapshots;
    private final FlowsScreen screen;
    private final FlowsView view;
    private final Function<Flow, String> killer;

    /**
     * The terminal.
     *
     * @param input its keys
     * @param display draws
     * @param size its current size
     * @param colours true if colours may be used
     * @param failed true if it cannot be written to
     */
    record Terminal(
            TerminalInput input,
            WatchDisplay display,
            Supplier<TerminalSize> size,
            boolean colours,
            BooleanSupplier failed) {}

    /**
     * Creates a session.
     *
     * @param snapshots takes a snapshot
     * @param killer deletes the connection of a flow and returns the result as text
     */
    FlowsSession(Supplier<FlowSnapshot> snapshots, FlowsScreen screen, FlowsView view, Function<Flow, String> killer) {
        this.snapshots = snapshots;
        this.screen = screen;
        this.view = view;
        this.killer = killer;
    }

    /** Runs until the end. */
    void run(Terminal terminal) throws InterruptedException {
        FlowSnapshot snapshot = snapshots.get();
        long due = System.nanoTime() + REFRESH_NANOS;
        TerminalSize before = new TerminalSize(0, 0);
        while (!terminal.failed().getAsBoolean()) {
            TerminalSize size = terminal.size().get();
            terminal.display().show(frame(snapshot, size, terminal.colours()), !size.equals(before));
            before = size;
            switch (terminal.input().next(due - System.nanoTime())) {
                case TerminalInput.Event.HungUp _ -> {
                    return;
                }
                case TerminalInput.Event.Pressed pressed -> {
                    switch (view.press(pressed.key())) {
                        case FlowsView.Action.Quit _ -> {
                            return;
                        }
                        case FlowsView.Action.Kill kill -> {
                            view.say(killer.apply(kill.flow()));
                            due = System.nanoTime(); // show at once that it is gone
                        }
                        case FlowsView.Action.Redraw _ -> {}
                    }
                }
                case TerminalInput.Event.Due _ -> {}
            }
            if (due - System.nanoTime() <= 0) {
                due = System.nanoTime() + REFRESH_NANOS;
                snapshot = view.paused() ? snapshot : next(snapshot);
            }
        }
    }

    /** Returns a new snapshot; if the source cannot be read, the last one, and says so. */
    private FlowSnapshot next(FlowSnapshot last) {
        FlowSnapshot next = snapshots.get();
        if (next.generation() == last.generation()) {
            view.say("the source cannot be read: these flows are old");
        }
        return next;
    }

    private List<String> frame(FlowSnapshot snapshot, TerminalSize size, boolean colours) {
        List<Line> lines = screen.lines(view, snapshot, size.columns(), size.rows());
        return lines.stream().map(line -> line.ansi(colours)).toList();
    }
}
