package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.config.ProgramName;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of {@code tcpprobe}. */
@Command(
        name = "tcpprobe",
        description = "Serve the TCP flows and counters of this host over SNMP, JMX and HTTP/JSON.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        footer = {
            "",
            "Change settings with --set KEY=VALUE, --config FILE or TCPPROBE_KEY; list them with '${ROOT-COMMAND-NAME}"
                    + " settings'."
        })
public final class Commands implements Runnable {
    /** Exit status of a command that failed. */
    static final int FAILED = 1;

    /** Exit status of a command line with wrong syntax. */
    static final int USAGE = 2;

    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            FlowsCommand.class,
            HistoryCommand.class,
            RecordsCommand.class,
            ReportCommand.class,
            PlotCommand.class,
            SettingsCommand.class,
            UserCommand.class,
            DoctorCommand.class,
            FleetSimCommand.class,
            WarmUpCommand.class,
            CommandLine.HelpCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private Commands() {}

    /** Prints a line of a command on its standard error. */
    static void err(CommandSpec spec, String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("tcpprobe: " + line);
        err.flush();
    }

    /** Prints the version number set by the build. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tcpprobe " + AgentFacts.builtVersion()};
        }
    }

    /** Runs a command line; returns the exit status. */
    public static int execute(String[] arguments) {
        return line(needed(arguments)).execute(arguments);
    }

    /** Returns the command that is run, or all: to read the options of all commands takes 0.2 s. */
    private static List<Class<?>> needed(String[] arguments) {
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> command != CommandLine.HelpCommand.class)
                .filter(command -> arguments.length > 0 && arguments[0].equals(nameOf(command)))
                .toList();
        return named.isEmpty() ? COMMANDS : named;
    }

    private static String nameOf(Class<?> command) {
        return Objects.requireNonNull(command.getAnnotation(Command.class)).name();
    }

    /** Returns all commands, with our own error messages. */
    static CommandLine line() {
        return line(COMMANDS);
    }

    private static CommandLine line(List<Class<?>> commands) {
        CommandLine line = new CommandLine(new Commands());
        commands.forEach(line::addSubcommand);
        return line.setCommandName(ProgramName.get())
                .setParameterExceptionHandler(Commands::refuse)
                .setExecutionExceptionHandler(
                        (failed, command, _) -> CommandException.report(failed, command.getErr()));
    }

    /** Reports the error in the command line, and suggests corrections. */
    private static int refuse(CommandLine.ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("tcpprobe: " + wrong.getMessage());
        List<String> suggestions = wrong instanceof CommandLine.UnmatchedArgumentException unmatched
                ? Suggestions.to(unmatched.getUnmatched().getFirst().split("=", 2)[0], names(command.getCommandSpec()))
                : List.of();
        if (suggestions.isEmpty()) {
            command.usage(err);
        } else {
            err.println("Did you mean '" + String.join("' or '", suggestions) + "'?");
        }
        err.flush();
        return USAGE;
    }

    private static List<String> names(CommandSpec command) {
        Stream<String> commands = command.subcommands().entrySet().stream()
                .filter(entry ->
                        !entry.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey);
        return Stream.concat(commands, command.optionsMap().keySet().stream()).toList();
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
