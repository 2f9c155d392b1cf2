package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.filter.FlowFilterParser;
import io.tcpprobe.agent.filter.FlowMatcher;
import io.tcpprobe.agent.flows.DerivedValues;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.MeasureOrder;
import io.tcpprobe.agent.groups.Containers;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.logging.SystemLog;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.agent.terminal.FlowIdLookup;
import io.tcpprobe.agent.terminal.FlowsScreen;
import io.tcpprobe.agent.terminal.FlowsView;
import io.tcpprobe.agent.terminal.Glyphs;
import io.tcpprobe.agent.terminal.TableColumn;
import io.tcpprobe.agent.terminal.TableColumns;
import io.tcpprobe.agent.terminal.TerminalTable;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.source.FlowSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the flows in the terminal. Needs no running agent, no privilege and no state folder. If an agent runs, its flow ids are shown. */
@Command(
        name = "flows",
        mixinStandardHelpOptions = true,
        description = {
            "Show the flows of this host, the busiest first. On a terminal: a full screen like that of top; the key ? lists the"
                    + " keys. Elsewhere, or with --once, --json or --csv: print them once.",
            "A condition compares fields, as ss does: 'dport = 443 and (retrans > 10 or srtt > 200ms)', 'dst in 192.0.2.0/24',"
                    + " 'command ~ nginx', 'pod = shop/web-0', 'verdict = rwnd', and the rates of --by, per second:"
                    + " 'bytesSentRate > 1M'."
        })
final class FlowsCommand implements Callable<Integer> {
    private static final int DEFAULT_TOP = 20;

    /** The time between two checks for a sweep, and their maximum number. Long sweeps use a tenth of the time: one of two seconds is followed by 18. */
    private static final Duration SWEEP_WAIT = Duration.ofMillis(250);

    private static final int MAX_WAITS = 120;

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

    @Option(names = "--filter", paramLabel = "CONDITION", description = "Only flows for which this holds.")
    private String filter = "";

    @Option(
            names = "--columns",
            paramLabel = "NAME,...",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "Show these fields, from left to right: remote,process,srtt,retransRate ...; without a name, list"
                            + " them.")
    private @Nullable String columns;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "Show at most this many flows (default: " + DEFAULT_TOP + "; all on a full screen).")
    private @Nullable Integer top;

    @ArgGroup
    private Output output = new Output();

    /** How the flows are shown. */
    static final class Output {
        @Option(names = "--watch", description = "Refresh every second, until Ctrl-C; the default on a terminal.")
        private boolean watch;

        @Option(names = "--once", description = "Print the flows once, also on a terminal.")
        private boolean once;

        @Option(
                names = "--json",
                description = "Print the flows once, as an array of JSON, with the names of the MBeans; all values,"
                        + " or those of --columns.")
        private boolean json;

        @Option(
                names = "--csv",
                description = "Print the flows once, as comma-separated values (RFC 4180); all values, or those of"
                        + " --columns.")
        private boolean csv;
    }

    @Option(
            names = "--all-namespaces",
            description = "Show the flows of all network namespaces, not only of the command's own.")
    private boolean allNamespaces;

    @Override
    public Integer call() throws StartException, CommandException, InterruptedException {
        if ("".equals(by) || "".equals(columns)) {
            print("".equals(by) ? ColumnNames.measures() : ColumnNames.all());
            return 0;
        }
        Optional<FlowMeasure> measure = by == null ? Optional.empty() : Optional.of(ColumnNames.measure(by));
        List<TableColumn> chosen = columns == null ? List.of() : ColumnNames.columns(columns);
        FlowsView view = new FlowsView(
                new MeasureOrder(measure, false),
                chosen.isEmpty() ? TableColumns.initial(measure, allNamespaces) : chosen);
        checkFilter(view);
        if (top != null && top < 1) {
            throw new CommandException(Commands.USAGE, "flows --top " + top + ": use a number of 1 or more");
        }
        SettingStore settings = configuration.settings(List.of());
        List<Problem> problems = new ArrayList<>();
        FlowSources.Chosen source =
                FlowSources.open(settings, System::nanoTime, problems).orElseThrow(() -> new StartException(problems));
        RequestScope requests = new RequestScope();
        try (Containers containers = Containers.of(
                        settings, System::nanoTime, source.source().live());
                FlowSnapshotCache snapshots = new FlowSnapshotCache(
                        source.source(),
                        settings,
                        requests,
                        Clocks.system(),
                        new DerivedValues(new VerdictHistory(), containers::names))) {
            if (isOnce() && needsContainers(chosen)) {
                containers.readNow();
            }
            if (isOnce()) {
                printOnce(snapshots, source, new MeasureOrder(measure, false), chosen);
            } else if (StandardTerminal.exists(System.getenv())) {
                try (SocketSnapshotCache sockets =
                        new SocketSnapshotCache(snapshots, requests, settings, System::nanoTime)) {
                    showScreen(snapshots, source, view, killer(sockets));
                }
            } else {
                watch(snapshots, source, new MeasureOrder(measure, false), chosen);
            }
        }
        return 0;
    }

    /** Returns true if containers or pods are printed, or flows are selected by them. */
    private boolean needsContainers(List<TableColumn> chosen) {
        List<String> names =
                Stream.of(FlowText.CONTAINER, FlowText.POD).map(FlowText::label).toList();
        return chosen.isEmpty() && (output.json || output.csv)
                || Stream.concat(
                                chosen.stream().map(TableColumn::name),
                                FlowMatcher.texts(FlowFilterParser.parse(filter))
                                        .map(FlowText::label))
                        .anyMatch(names::contains);
    }

    private static ConnectionKiller killer(SocketSnapshotCache sockets) {
        SystemLog audit = Logging.auditToSystemLog(SystemLog.ADDRESS);
        return new ConnectionKiller(new ConnectionTerminator(sockets), TerminalUser.describe(), audit::failure);
    }

    private boolean isOnce() {
        return output.once || output.json || output.csv || !output.watch && !StandardTerminal.exists(System.getenv());
    }

    private void print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
    }

    private void checkFilter(FlowsView view) throws CommandException {
        try {
            view.filter(filter);
        } catch (IllegalArgumentException wrong) {
            String reason = String.valueOf(wrong.getMessage()).replaceFirst("^where", "--filter");
            throw new CommandException(Commands.USAGE, "flows " + reason);
        }
    }

    private @Nullable CurrentNamespace namespace() {
        return allNamespaces ? null : CurrentNamespace.ofThisProcess().orElse(null);
    }

    /** Returns a predicate that is true of flows in the namespace that is shown; recorded flows may have none. */
    private static Predicate<Flow> within(@Nullable CurrentNamespace namespace) {
        return flow -> namespace == null
                || !flow.has(FlowField.NETWORK_NAMESPACE)
                || flow.number(FlowField.NETWORK_NAMESPACE) == namespace.number();
    }

    private FlowListing listing(MeasureOrder order, List<TableColumn> chosen) {
        CurrentNamespace namespace = namespace();
        TerminalTable table = new TerminalTable(
                chosen.isEmpty() ? TableColumns.initial(order.measure(), allNamespaces) : chosen,
                order,
                Math.min(TerminalTable.UNLIMITED, width()),
                Glyphs.of(StandardTerminal.charset()));
        return new FlowListing(
                table,
                top == null ? DEFAULT_TOP : top,
                namespace,
                within(namespace).and(FlowMatcher.of(FlowFilterParser.parse(filter))),
                ids());
    }

    private void printOnce(
            FlowSnapshotCache snapshots, FlowSources.Chosen source, MeasureOrder order, List<TableColumn> chosen)
            throws InterruptedException {
        FlowListing listing = listing(order, chosen);
        FlowSnapshot snapshot = afterWindow(snapshots, source.source().live(), measures(listing));
        if (!output.json && !output.csv) {
            print(lines(snapshot, source, listing));
            return;
        }
        List<Flow> flows = listing.flows(snapshot);
        FlowRecords records = new FlowRecords(chosen);
        Map<Integer, Long> ids = ids().ids(flows);
        print(output.json ? records.json(flows, ids) : records.csv(flows, ids));
    }

    /** Prints the flows each second, where there is no terminal. */
    private void watch(
            FlowSnapshotCache snapshots, FlowSources.Chosen source, MeasureOrder order, List<TableColumn> chosen)
            throws InterruptedException {
        FlowListing listing = listing(order, chosen);
        FlowSnapshot snapshot = afterWindow(snapshots, source.source().live(), measures(listing));
        // The writer's stream does not report failures, so both are checked.
        while (!spec.commandLine().getOut().checkError() && !System.out.checkError()) {
            print(lines(snapshot, source, listing));
            print(List.of(""));
            Thread.sleep(Duration.ofSeconds(1));
            snapshot = snapshots.refreshNow();
        }
    }

    /** Returns the measures that are shown or that flows are selected by. */
    private List<FlowMeasure> measures(FlowListing listing) {
        return Stream.concat(
                        listing.measures().stream(),
                        FlowMatcher.rates(FlowFilterParser.parse(filter)).<FlowMeasure>map(FlowMeasure.Rate::new))
                .toList();
    }

    /**
     * Takes the snapshot that the window of the verdicts and rates begins with, and returns the one that the window ends with. The sources
     * are complete after a second; with very many flows, after the next sweep.
     */
    private static FlowSnapshot afterWindow(FlowSnapshotCache snapshots, boolean live, List<FlowMeasure> measures)
            throws InterruptedException {
        if (!live) {
            return snapshots.refreshNow();
        }
        FlowSnapshot first = snapshots.refreshNow();
        first.verdicts().get();
        for (FlowMeasure measure : measures) {
            measure.rate().ifPresent(rate -> rate.in(first)); // a request, so that the snapshot keeps the counter
        }
        Thread.sleep(Duration.ofNanos(VerdictHistory.WINDOW_NANOS));
        FlowSnapshot last = snapshots.refreshNow();
        for (int waits = 0; waits < MAX_WAITS && !endsWindow(first, last); waits++) {
            Thread.sleep(SWEEP_WAIT);
            last = snapshots.refreshNow();
        }
        return last;
    }

    private static boolean endsWindow(FlowSnapshot first, FlowSnapshot last) {
        return last.flows().completeNanos(last.takenNanos()) - first.takenNanos() >= VerdictHistory.WINDOW_NANOS;
    }

    private static List<String> lines(FlowSnapshot snapshot, FlowSources.Chosen source, FlowListing listing) {
        boolean colours = StandardTerminal.hasColours(System.getenv());
        List<String> lines = new ArrayList<>();
        source.warnings().forEach(warning -> lines.add(warning.toString()));
        listing.lines(snapshot, source.source().name())
                .forEach(line -> lines.add(
                        StandardTerminal.exists(System.getenv())
                                ? line.ansi(colours)
                                : line.text().stripTrailing()));
        return lines;
    }

    private void showScreen(
            FlowSnapshotCache snapshots, FlowSources.Chosen source, FlowsView view, ConnectionKiller killer)
            throws CommandException, InterruptedException {
        CurrentNamespace namespace = namespace();
        FlowsScreen screen = new FlowsScreen(
                new FlowsScreen.Options(
                        source.source().name(),
                        source.source().live()
                                ? FlowListing.where(snapshots.last(), namespace).orElse("")
                                : "",
                        top == null ? Integer.MAX_VALUE : top,
                        ids(),
                        Glyphs.of(StandardTerminal.charset())),
                within(namespace));
        source.warnings().forEach(warning -> view.say(warning.toString()));
        FlowsSession session = new FlowsSession(snapshots::refreshNow, screen, view, killer::kill);
        PrintWriter out = spec.commandLine().getOut();
        try {
            StandardTerminal terminal = StandardTerminal.open();
            try (WatchDisplay display = new WatchDisplay(out, terminal)) {
                boolean _ = ShutdownHooks.add(display.closer(() -> report(killer)));
                TerminalInput input = new TerminalInput(terminal.keys());
                Signals.onStop(display::suspend, () -> {
                    display.resume();
                    input.wake(); // its size may have changed meanwhile
                });
                Signals.handle("WINCH", input::wake);
                session.run(new FlowsSession.Terminal(
                        input,
                        display,
                        terminal::size,
                        StandardTerminal.hasColours(System.getenv()),
                        () -> out.checkError() || System.out.checkError()));
            }
        } catch (IOException failed) {
            throw new CommandException(Commands.FAILED, "flows: " + failed.getMessage() + "; use --once");
        }
        report(killer);
    }

    private void report(ConnectionKiller killer) {
        killer.take().forEach(result -> Commands.err(spec, "flows: " + result));
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
}
