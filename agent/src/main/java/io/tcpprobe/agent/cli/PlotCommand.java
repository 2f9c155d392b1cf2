package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.plot.FlowPlot;
import io.tcpprobe.agent.plot.HistoryPlot;
import io.tcpprobe.agent.report.ConnectionReport;
import io.tcpprobe.agent.report.RecordingReport;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProgramName;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.source.FlowSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Draws a connection of a recording, which needs no running agent and no privilege; or a flow of this host, which the running agent watches
 * meanwhile, or without an agent this process; or what the running agent remembers of the last minutes.
 */
@Command(
        name = "plot",
        mixinStandardHelpOptions = true,
        description = {
            "Draw a connection as SVG: bytes in flight and their ceilings, states, round-trip times.",
            "FILE has records of any kind that replay plays, also compressed by gzip; see --set replay.dialect and"
                    + " port. With --flow instead, a flow of this host is watched for a while and then drawn; with --history,"
                    + " the last minutes of the host, of flows or of a group."
        })
final class PlotCommand implements Callable<Integer> {
    private static final double NANOS = 1e9;
    private static final double MILLIS_PER_SECOND = 1000;
    private static final int MAX_MSS = 65535;
    private static final Duration MAX_TIME = Duration.ofMinutes(10);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "The recording.")
    private @Nullable Path recording;

    @Option(
            names = "--flow",
            paramLabel = "FLOW",
            description =
                    "Watch this flow of the running agent: its id, as 'flows' shows it, or an endpoint ADDRESS:PORT or :PORT."
                            + " Without an agent, this command reads the kernel itself and needs an endpoint.")
    private @Nullable String flow;

    @Option(
            names = "--history",
            paramLabel = "WHAT",
            description =
                    "Draw what the running agent remembers of the last minutes (history.minutes): host; flows; a flow id; or a"
                            + " group, as process:nginx or port:443.")
    private @Nullable String history;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description =
                    "With --flow: how long, as 30s or 5m, at most 10m (default: ${DEFAULT-VALUE}). If the flow ends, it is drawn"
                            + " at once.")
    private String time = "30s";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Write the picture to this file, an .svg; existing content is overwritten.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Option(
            names = "--connection",
            paramLabel = "N",
            description = "Number of the connection, as 'report' prints it (default: the one with the most bytes"
                    + " acknowledged).")
    private @Nullable Long number;

    @Option(
            names = "--from",
            paramLabel = "SECONDS",
            description =
                    "Begin of the picture, since the first record or value (default: that of the connection or history).")
    private @Nullable Double from;

    @Option(
            names = "--to",
            paramLabel = "SECONDS",
            description = "End of the picture (default: that of the connection or history).")
    private @Nullable Double to;

    @Option(
            names = "--mss",
            paramLabel = "BYTES",
            description = "Segment size where the records have none: records of columns (default: ${DEFAULT-VALUE}).")
    private int mss = FlowPlot.ASSUMED_MSS;

    @Override
    public Integer call() throws StartException, CommandException, InterruptedException {
        if (mss < 1 || mss > MAX_MSS) {
            throw new CommandException(Commands.USAGE, "plot --mss " + mss + ": give a number from 1 to " + MAX_MSS);
        }
        if (Stream.of(recording, flow, history).filter(Objects::nonNull).count() != 1) {
            throw new CommandException(
                    Commands.USAGE,
                    "plot: name either a FILE of records, or a flow of this host with --flow, or what the agent remembers"
                            + " with --history");
        }
        if (history != null && number != null) {
            throw new CommandException(
                    Commands.USAGE, "plot --connection " + number + ": only a recording has numbered connections");
        }
        SettingStore settings = configuration.settings(List.of());
        try {
            if (recording != null) {
                draw(recording, settings, "");
            } else if (history != null) {
                drawHistory(history);
            } else {
                drawFlow(String.valueOf(flow), settings);
            }
        } catch (IOException failed) {
            throw new CommandException(Commands.FAILED, "plot: " + failed.getMessage());
        }
        return 0;
    }

    private void draw(Path file, SettingStore settings, String note) throws IOException, CommandException {
        ConnectionReport connection = connection(file, RecordingReport.of(file, settings, this::warn));
        long begin = from == null ? connection.firstNanos() : nanos("--from", from);
        long end = to == null ? connection.lastNanos() : nanos("--to", to);
        if (end < begin || begin > connection.lastNanos() || end < connection.firstNanos()) {
            throw new CommandException(
                    Commands.USAGE,
                    "plot: there is nothing from " + begin / NANOS + " to " + end / NANOS + " s; connection "
                            + connection.number() + " has samples from " + connection.firstNanos() / NANOS + " to "
                            + connection.lastNanos() / NANOS + " s");
        }
        OutputFile.write(
                "plot", out, FlowPlot.draw(file, settings, connection, new FlowPlot.View(begin, end, mss, note)));
    }

    private void drawHistory(String what) throws IOException, CommandException {
        AgentClient agent = configuration
                .running()
                .flatMap(AgentClient::of)
                .orElseThrow(() -> new CommandException(
                        Commands.USAGE,
                        "plot --history " + what
                                + ": no agent runs that listens for HTTP; the history is in the memory of one,"
                                + " so start it first"));
        HistoryPlot.Table all = HistoryJson.parse(what, agent.call("History", "history", what));
        List<@Nullable Long[]> rows = within(all.rows());
        if (rows.isEmpty() || HistoryPlot.Table.millis(rows.getFirst()) == HistoryPlot.Table.millis(rows.getLast())) {
            throw new CommandException(
                    Commands.FAILED,
                    "plot --history " + what + ": the agent remembers "
                            + all.rows().size() + " rows, "
                            + rows.size()
                            + " of them in the time of the picture, and a line needs two; flows and groups are"
                            + " remembered while clients or rules read them (docs/series.md)");
        }
        OutputFile.write("plot", out, HistoryPlot.draw(new HistoryPlot.Table(what, all.columns(), rows)));
    }

    /** Returns the rows from --from to --to. */
    private List<@Nullable Long[]> within(List<@Nullable Long[]> rows) throws CommandException {
        long begin = from == null ? 0 : nanos("--from", from);
        long end = to == null ? Long.MAX_VALUE : nanos("--to", to);
        return rows.stream()
                .filter(row -> {
                    long nanos = TimeUnit.MILLISECONDS.toNanos(
                            HistoryPlot.Table.millis(row) - HistoryPlot.Table.millis(rows.getFirst()));
                    return nanos >= begin && nanos <= end;
                })
                .toList();
    }

    /** Records a flow in a temporary file, and draws that. */
    private void drawFlow(String wanted, SettingStore settings)
            throws IOException, CommandException, StartException, InterruptedException {
        Duration limit = duration(time);
        Path file = Files.createTempFile("tcpprobe-", ".json.gz");
        file.toFile().deleteOnExit(); // Ctrl-C
        try {
            SeriesRecording.Summary summary = record(wanted, settings, file, limit);
            if (summary.samples() == 0) {
                throw new CommandException(
                        Commands.FAILED,
                        summary.flows().isEmpty()
                                ? "plot --flow " + wanted + ": no such flow appeared in " + time
                                : "plot --flow " + wanted + ": the flow was idle for " + time
                                        + ", so there is nothing to draw; use a longer --time");
            }
            draw(file, settings, note(summary));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private SeriesRecording.Summary record(String wanted, SettingStore settings, Path file, Duration limit)
            throws IOException, CommandException, StartException, InterruptedException {
        try (ShutdownCloser closer = new ShutdownCloser();
                WatchedSeries series = closer.open(() -> watch(wanted, settings))) {
            return new SeriesRecording(series).record(file, limit);
        }
    }

    private WatchedSeries watch(String wanted, SettingStore settings)
            throws IOException, CommandException, StartException {
        Optional<AgentClient> agent = configuration.running().flatMap(AgentClient::of);
        if (agent.isPresent()) {
            return WatchedSeries.of(agent.get(), wanted);
        }
        if (wanted.chars().allMatch(Character::isDigit)) {
            throw new CommandException(
                    Commands.USAGE,
                    "plot --flow " + wanted + ": no agent runs that listens for HTTP, and ids are those of an agent;"
                            + " start one, or name an endpoint of the flow: --flow ADDRESS:PORT");
        }
        List<Problem> problems = new ArrayList<>();
        FlowSources.Chosen chosen =
                FlowSources.open(settings, System::nanoTime, problems).orElseThrow(() -> new StartException(problems));
        chosen.warnings().forEach(this::warn);
        try {
            return WatchedSeries.of(chosen.source(), settings, wanted);
        } catch (IllegalArgumentException | IllegalStateException refused) {
            throw new CommandException(Commands.USAGE, "plot --flow: " + refused.getMessage());
        }
    }

    /** Returns what is to be known about a recording that is not complete; also warns of it. */
    private String note(SeriesRecording.Summary summary) {
        if (!summary.complete()) {
            warn("stopped after " + summary.samples() + " samples, the most that are recorded");
        }
        if (!summary.silent().isZero()) {
            warn("the agent did not respond for " + summary.silent().toMillis() / MILLIS_PER_SECOND
                    + " s; what it did not keep meanwhile is missing");
        }
        if (summary.lost() == 0) {
            return "";
        }
        String lost = summary.lost() + " samples lost";
        warn(lost + ": they came faster than they were read");
        return lost;
    }

    private static Duration duration(String text) throws CommandException {
        try {
            Duration given = Duration.parse("PT" + text.strip().toUpperCase(Locale.ROOT));
            if (given.isPositive() && given.compareTo(MAX_TIME) <= 0) {
                return given;
            }
        } catch (DateTimeParseException _) {
            // reported below
        }
        throw new CommandException(
                Commands.USAGE, "plot --time " + text + ": give a time up to 10m, as 30s, 0.5s or 1m30s");
    }

    private static long nanos(String option, double seconds) throws CommandException {
        if (!(seconds >= 0)) {
            throw new CommandException(Commands.USAGE, "plot " + option + " " + seconds + ": give a number of seconds");
        }
        return (long) (seconds * NANOS);
    }

    private ConnectionReport connection(Path file, RecordingReport report) throws CommandException {
        Long wanted = number;
        return (wanted == null
                        ? report.connections().stream().max(Comparator.comparingLong(ConnectionReport::bytesAcked))
                        : report.connections().stream()
                                .filter(connection -> connection.number() == wanted)
                                .findFirst())
                .orElseThrow(() -> new CommandException(
                        Commands.USAGE,
                        "plot --connection " + wanted + ": the recording has no such connection; '"
                                + ProgramName.command("report " + file) + "' lists them"));
    }

    private void warn(String text) {
        Commands.err(spec, "plot: " + text);
    }
}
