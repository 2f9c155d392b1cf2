package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.report.RecordingReport;
import io.tcpprobe.agent.state.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sums up a recording, per connection. Needs no running agent and no privilege. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Sum up a recording, per connection: duration, bytes, rate, round-trip times, retransmissions, verdicts.",
            "FILE has records of any kind that replay plays, also compressed by gzip; see --set replay.dialect and"
                    + " port."
        })
final class ReportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Parameters(index = "0", paramLabel = "FILE", description = "The recording.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, csv, json: one object a line, or html: one page (default: ${DEFAULT-VALUE}).")
    private String format = "table";

    @Option(names = "--out", paramLabel = "FILE", description = "Write to this file; existing content is overwritten.")
    private @Nullable Path out;

    @Override
    public Integer call() throws StartException, CommandException {
        ReportFormat wanted = ReportFormat.find(format)
                .orElseThrow(() -> new CommandException(
                        Commands.USAGE,
                        "report --format " + format + ": there is no such format; give table, csv, json or html"));
        RecordingReport report = read();
        List<String> lines = wanted.lines(
                report.connections(), summary(report), out == null ? FlowsCommand.width() : Integer.MAX_VALUE);
        if (out == null) {
            PrintWriter console = spec.commandLine().getOut();
            lines.forEach(console::println);
            console.flush();
        } else {
            OutputFile.write("report", out, lines);
        }
        if (report.leftOut() > 0) {
            warn(report.leftOut() + " records are not part of the report: it has the first "
                    + RecordingReport.MAX_CONNECTIONS + " connections; select some by --set port=N");
        }
        return 0;
    }

    private RecordingReport read() throws StartException, CommandException {
        try {
            return RecordingReport.of(file, configuration.settings(List.of()), this::warn);
        } catch (IOException failed) {
            throw new CommandException(Commands.FAILED, "report: " + failed.getMessage());
        }
    }

    private void warn(String text) {
        Commands.err(spec, "report: " + text);
    }

    private String summary(RecordingReport report) {
        return Lines.shown(file.getFileName().toString()) + ": "
                + report.connections().size() + " connections, " + report.records() + " records, " + report.badLines()
                + " bad lines";
    }
}
