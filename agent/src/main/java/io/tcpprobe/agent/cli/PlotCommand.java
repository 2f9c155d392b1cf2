package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.plot.FlowPlot;
import io.tcpprobe.agent.report.ConnectionReport;
import io.tcpprobe.agent.report.RecordingReport;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.config.SettingStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws a connection of a recording. Needs no running agent and no privilege. */
@Command(
        name = "plot",
        mixinStandardHelpOptions = true,
        description = {
            "Draw a connection of a recording as SVG: bytes in flight and their ceilings, states, round-trip times.",
            "FILE has records of any kind that replay plays, also compressed by gzip; see --set replay.dialect and"
                    + " port."
        })
final class PlotCommand implements Callable<Integer> {
    private static final double NANOS = 1e9;
    private static final int MAX_MSS = 65535;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Parameters(index = "0", paramLabel = "FILE", description = "The recording.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

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
            description = "Begin of the picture, since the first record (default: that of the connection).")
    private @Nullable Double from;

    @Option(
            names = "--to",
            paramLabel = "SECONDS",
            description = "End of the picture (default: that of the connection).")
    private @Nullable Double to;

    @Option(
            names = "--mss",
            paramLabel = "BYTES",
            description = "Segment size where the records have none: records of columns (default: ${DEFAULT-VALUE}).")
    private int mss = FlowPlot.ASSUMED_MSS;

    @Override
    public Integer call() throws StartException, CommandException {
        if (mss < 1 || mss > MAX_MSS) {
            throw new CommandException(Commands.USAGE, "plot --mss " + mss + ": give a number from 1 to " + MAX_MSS);
        }
        SettingStore settings = configuration.settings(List.of());
        try {
            ConnectionReport connection = connection(RecordingReport.of(file, settings, this::warn));
            long begin = from == null ? connection.firstNanos() : nanos("--from", from);
            long end = to == null ? connection.lastNanos() : nanos("--to", to);
            if (end < begin || begin > connection.lastNanos() || end < connection.firstNanos()) {
                throw new CommandException(
                        Commands.USAGE,
                        "plot: there is nothing from " + begin / NANOS + " to " + end / NANOS + " s; connection "
                                + connection.number() + " has samples from " + connection.firstNanos() / NANOS + " to "
                                + connection.lastNanos() / NANOS + " s");
            }
            OutputFile.write("plot", out, FlowPlot.draw(file, settings, connection, begin, end, mss));
        } catch (IOException failed) {
            throw new CommandException(Commands.FAILED, "plot: " + failed.getMessage());
        }
        return 0;
    }

    private static long nanos(String option, double seconds) throws CommandException {
        if (!(seconds >= 0)) {
            throw new CommandException(Commands.USAGE, "plot " + option + " " + seconds + ": give a number of seconds");
        }
        return (long) (seconds * NANOS);
    }

    private ConnectionReport connection(RecordingReport report) throws CommandException {
        Long wanted = number;
        return (wanted == null
                        ? report.connections().stream().max(Comparator.comparingLong(ConnectionReport::bytesAcked))
                        : report.connections().stream()
                                .filter(connection -> connection.number() == wanted)
                                .findFirst())
                .orElseThrow(() -> new CommandException(
                        Commands.USAGE,
                        "plot --connection " + wanted + ": the recording has no such connection; 'tcpprobe report "
                                + file + "' lists them"));
    }

    private void warn(String text) {
        Commands.err(spec, "plot: " + text);
    }
}
