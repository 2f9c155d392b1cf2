package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.source.FlowSources;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the flows in the terminal. Needs no running agent, no privilege and no state folder. If an agent runs, its flow ids are shown. */
@Command(
        name = "flows",
        mixinStandardHelpOptions = true,
        description = "Show the flows of this host, the busiest first.")
final class FlowsCommand implements Callable<Integer> {
    private static final int LINE_WIDTH = 78;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(
            names = "--by",
            paramLabel = "FIELD",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "Rank by this field: cwnd, srtt, retrans, rwndShare, bytesSentRate ...; without a name, list the"
                            + " fields.")
    private @Nullable String by;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "Show at most this many flows (default: ${DEFAULT-VALUE}).")
    private int top = 20;

    @Option(names = "--watch", description = "Refresh every second, until Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--all-namespaces",
            description = "Show the flows of all network namespaces, not only of the command's own.")
    private boolean allNamespaces;

    @Override
    public Integer call() throws StartException, CommandException, InterruptedException {
        if (by != null && by.isEmpty()) {
            names().forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
            return 0;
        }
        FlowMeasure measure = by == null ? null : measure(by);
        if (top < 1) {
            throw new CommandException(Commands.USAGE, "flows --top " + top + ": use a number of 1 or more");
        }
        SettingStore settings = configuration.settings(List.of());
        List<Problem> problems = new ArrayList<>();
        FlowSources.Chosen chosen =
                FlowSources.open(settings, System::nanoTime, problems).orElseThrow(() -> new StartException(problems));
        try (FlowSnapshotCache snapshots = new FlowSnapshotCache(
                chosen.source(), settings, new RequestScope(), Clocks.system(), new VerdictHistory())) {
            CurrentNamespace namespace =
                    allNamespaces ? null : CurrentNamespace.ofThisProcess().orElse(null);
            show(snapshots, new FlowScreen(measure, top, width(), namespace, ids()), chosen, measure);
        }
        return 0;
    }

    private void show(
            FlowSnapshotCache snapshots, FlowScreen screen, FlowSources.Chosen chosen, @Nullable FlowMeasure measure)
            throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        beginWindow(snapshots, chosen.source().live(), measure);
        if (!watch) {
            lines(snapshots, screen, chosen).forEach(out::println);
            out.flush();
            return;
        }
        try (WatchDisplay display = new WatchDisplay(out, onTerminal())) {
            Runtime.getRuntime().addShutdownHook(display.closer());
            Signals.onStop(display::suspend, display::resume);
            // The writer's stream does not report failures, so both are checked.
            while (!out.checkError() && !System.out.checkError()) {
                display.show(lines(snapshots, screen, chosen));
                Thread.sleep(1000);
            }
        }
    }

    /** Takes the snapshot that the window of the verdicts begins with, and waits until the window is long enough. */
    private static void beginWindow(FlowSnapshotCache snapshots, boolean live, @Nullable FlowMeasure measure)
            throws InterruptedException {
        if (live) {
            FlowSnapshot first = snapshots.refreshNow();
            first.verdicts().get();
            if (measure != null) {
                measure.rate().ifPresent(rate -> rate.in(first)); // a request, so that the snapshot keeps the counter
            }
            Thread.sleep(Duration.ofNanos(VerdictHistory.WINDOW_NANOS));
        }
    }

    private static List<String> lines(FlowSnapshotCache snapshots, FlowScreen screen, FlowSources.Chosen chosen) {
        List<String> lines = new ArrayList<>();
        chosen.warnings().forEach(warning -> lines.add(warning.toString()));
        lines.addAll(screen.lines(snapshots.refreshNow(), chosen.source().name()));
        return lines;
    }

    @SuppressWarnings("SystemConsoleNull") // null without a terminal from Java 25 on
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Returns a lookup in the agent that runs with the state folder. */
    private FlowIdLookup ids() {
        return configuration.running().map(RunningFlowIds::in).orElse(FlowIdLookup.NONE);
    }

    /** Returns the terminal's width as determined by the launcher; without a terminal nothing is cut off. */
    static int width() {
        try {
            return Integer.parseInt(System.getenv().getOrDefault("COLUMNS", ""));
        } catch (NumberFormatException _) {
            return Integer.MAX_VALUE;
        }
    }

    private static FlowMeasure measure(String label) throws CommandException {
        return FlowMeasure.find(label)
                .orElseThrow(() -> new CommandException(
                        Commands.USAGE,
                        "flows --by " + label + ": unknown field; use one of:\n" + String.join("\n", names())));
    }

    /** Returns the names of the measures that can rank flows, in lines of at most 80 columns. */
    private static List<String> names() {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (FlowMeasure measure : FlowMeasure.all()) {
            if (line.length() + measure.label().length() > LINE_WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append("  ").append(measure.label());
        }
        lines.add(line.toString());
        return lines;
    }
}
