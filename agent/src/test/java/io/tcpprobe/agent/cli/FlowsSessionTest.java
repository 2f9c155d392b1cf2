package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.MeasureOrder;
import io.tcpprobe.agent.terminal.FlowIdLookup;
import io.tcpprobe.agent.terminal.FlowsScreen;
import io.tcpprobe.agent.terminal.FlowsView;
import io.tcpprobe.agent.terminal.Glyphs;
import io.tcpprobe.agent.terminal.TableColumns;
import io.tcpprobe.agent.terminal.TestFlows;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FlowsSessionTest {
    private final StringWriter out = new StringWriter();
    private final List<String> killed = new ArrayList<>();
    private final AtomicInteger snapshots = new AtomicInteger();
    private int snapshotStep = 1;

    /** Runs a session in which these keys are typed, after which the terminal hangs up. */
    private void run(String keys, boolean failed) throws InterruptedException {
        FlowsSession session = new FlowsSession(
                () -> TestFlows.snapshot(snapshots.addAndGet(snapshotStep), TestFlows.flow(1), TestFlows.flow(2)),
                new FlowsScreen(
                        new FlowsScreen.Options(
                                "diag", "", Integer.MAX_VALUE, FlowIdLookup.NONE, Glyphs.of(StandardCharsets.US_ASCII)),
                        _ -> true),
                new FlowsView(new MeasureOrder(Optional.empty(), false), TableColumns.initial(Optional.empty(), false)),
                flow -> {
                    killed.add(flow.local());
                    return "the kernel refuses";
                });
        WatchDisplay.KeyMode none = new WatchDisplay.KeyMode() {
            @Override
            public void raw() {}

            @Override
            public void restore() {}
        };
        try (WatchDisplay display = new WatchDisplay(new PrintWriter(out), none)) {
            session.run(new FlowsSession.Terminal(
                    new TerminalInput(new StringReader(keys)),
                    display,
                    () -> new TerminalSize(100, 24),
                    false,
                    () -> failed));
        }
    }

    @Test
    void shouldEndByTheKeyForIt() throws InterruptedException {
        run("q", false);
        assertTrue(out.toString().contains("2 flows"), out::toString);
        assertTrue(out.toString().endsWith(WatchDisplay.LEAVE), out::toString);
    }

    @Test
    void shouldEndWhenTheTerminalHangsUp() throws InterruptedException {
        run("", false);
        assertTrue(out.toString().endsWith(WatchDisplay.LEAVE), out::toString);
    }

    @Test
    void shouldEndWhenTheTerminalCannotBeWrittenTo() throws InterruptedException {
        run("", true);
        assertEquals(WatchDisplay.ENTER + WatchDisplay.LEAVE, out.toString());
    }

    @Test
    void shouldDeleteWhatWasConfirmedAndShowTheResult() throws InterruptedException {
        run("kn", false);
        assertEquals(List.of(), killed);
        out.getBuffer().setLength(0);
        run("ky", false);
        assertEquals(List.of("192.0.2.1:50001"), killed);
        assertTrue(out.toString().contains("the kernel refuses"), out::toString);
    }

    @Test
    void shouldSayThatTheFlowsAreOldIfTheSourceFails() throws InterruptedException {
        snapshotStep = 0;
        run("ky ", false);
        assertTrue(out.toString().contains("the source cannot be read"), out::toString);
    }

    @Test
    void shouldTakeANewSnapshotAfterADeletion() throws InterruptedException {
        run("kyq", false);
        assertTrue(snapshots.get() >= 2, snapshots::toString);
    }
}
