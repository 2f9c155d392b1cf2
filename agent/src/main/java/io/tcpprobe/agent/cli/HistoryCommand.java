package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.filter.FlowFilter;
import io.tcpprobe.agent.filter.FlowFilterParser;
import io.tcpprobe.agent.flowlog.FlowLogReader;
import io.tcpprobe.agent.flowlog.LogQuery;
import io.tcpprobe.agent.flowlog.LoggedFlow;
import io.tcpprobe.agent.state.State;
import io.tcpprobe.config.ProgramName;
import io.tcpprobe.kernel.flow.FlowValue;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches the connections that have ended, in the flow log of an agent that runs or has run with the state folder. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = {
            "Show connections that have ended, from the flow log of the agent with this state folder.",
            "A condition compares fields, as ss does: 'dport = 443 and (retrans > 10 or srtt > 200ms)', 'dst in 192.0.2.0/24',"
                    + " 'command ~ nginx'."
        })
final class HistoryCommand implements Callable<Integer> {
    private static final int MAX_ROWS = 100_000;
    private static final Pattern PERIOD = Pattern.compile("(\\d{1,6})([smhd])");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(
            names = "--since",
            paramLabel = "PERIOD",
            description = "Ended within this time: 30m, 1h, 7d, or since a time such as 2026-03-05T12:00:00Z"
                    + " (default: ${DEFAULT-VALUE}).")
    private String since = "1h";

    @Option(names = "--where", paramLabel = "CONDITION", description = "Only connections for which this holds.")
    private String where = "";

    @Option(
            names = "--by",
            paramLabel = "FIELD",
            description =
                    "The largest values of this field first: retrans, bytesAcked, rttMax (default: the last that ended).")
    private @Nullable String by;

    @Option(names = "--top", paramLabel = "N", description = "Show this many (default: ${DEFAULT-VALUE}).")
    private int top = 20;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, csv, or json: one object a line (default: ${DEFAULT-VALUE}).")
    private String format = "table";

    @Override
    public Integer call() throws CommandException {
        HistoryFormat wanted = HistoryFormat.find(format)
                .orElseThrow(() -> usage("--format " + format, "there is no such format; give table, csv or json"));
        if (top < 1 || top > MAX_ROWS) {
            throw usage("--top " + top, "give a number from 1 to " + MAX_ROWS);
        }
        LogQuery query = new LogQuery(since(since, Clock.systemUTC()), filter(), measure(), top);
        try {
            List<LoggedFlow> flows = new FlowLogReader(State.folder(configuration.read())).search(query);
            PrintWriter out = spec.commandLine().getOut();
            wanted.lines(flows, query.by(), FlowsCommand.width(), ZoneId.systemDefault())
                    .forEach(out::println);
            out.flush();
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(Commands.USAGE, "history: " + wrong.getMessage());
        } catch (IOException | LinkageError failed) {
            throw new CommandException(
                    Commands.FAILED,
                    "history: " + failed.getMessage()
                            + "; run as the user of the agent, or name its --set state.dir=FOLDER");
        }
        return 0;
    }

    private static CommandException usage(String option, String remedy) {
        return new CommandException(Commands.USAGE, "history " + option + ": " + remedy);
    }

    private FlowFilter filter() throws CommandException {
        try {
            return FlowFilterParser.parse(where);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(Commands.USAGE, "history --" + wrong.getMessage());
        }
    }

    private Optional<FlowValue> measure() throws CommandException {
        if (by == null) {
            return Optional.empty();
        }
        Optional<FlowValue> measure = FlowLogReader.measure(by);
        if (measure.isEmpty()) {
            throw usage(
                    "--by " + by, "flows have no such measure; '" + ProgramName.command("flows --by") + "' lists them");
        }
        return measure;
    }

    /** Returns the time that a period or a time means. */
    static Instant since(String text, Clock clock) throws CommandException {
        Matcher period = PERIOD.matcher(text);
        if (period.matches()) {
            long number = Long.parseLong(period.group(1));
            return clock.instant()
                    .minus(
                            switch (period.group(2)) {
                                case "s" -> Duration.ofSeconds(number);
                                case "m" -> Duration.ofMinutes(number);
                                case "h" -> Duration.ofHours(number);
                                default -> Duration.ofDays(number);
                            });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException _) {
            throw usage(
                    "--since " + text, "give a period such as 30m, 1h or 7d, or a time such as 2026-03-05T12:00:00Z");
        }
    }
}
