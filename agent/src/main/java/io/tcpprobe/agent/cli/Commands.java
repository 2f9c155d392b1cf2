package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.StartException;
import io.tcpprobe.agent.about.AgentFacts;
import io.tcpprobe.agent.logging.Logging;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What is typed behind {@code ./tcpprobe}. */
@Command(
        name = "tcpprobe",
        description = "What TCP does on this host: flows, counters and settings, over SNMP, JMX and HTTP/JSON.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        subcommands = {
            RunCommand.class,
            FlowsCommand.class,
            RecordsCommand.class,
            SettingsCommand.class,
            UserCommand.class,
            RehearseCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Settings are given by --set KEY=VALUE, --config FILE or TCPPROBE_KEY; see 'tcpprobe settings'."})
public final class Commands implements Runnable {
    /** Exit status when something failed. */
    static final int FAILED = 1;

    /** Exit status when the command was typed wrong. */
    static final int USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private Commands() {}

    /** Prints the version that the build gave. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tcpprobe " + AgentFacts.builtVersion()};
        }
    }

    /** Runs a command line; gives the exit status. */
    public static int execute(String[] arguments) {
        Logging.start();
        Logging.warningsOnly(); // until the agent runs, see the setting debug
        return new CommandLine(new Commands())
                .setExecutionExceptionHandler(Commands::report)
                .execute(arguments);
    }

    private static int report(Exception failed, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        PrintWriter err = command.getErr();
        switch (failed) {
            case StartException start -> start.problems().forEach(problem -> err.println("tcpprobe: " + problem));
            case CommandException said -> err.println("tcpprobe: " + said.getMessage());
            default -> throw failed;
        }
        err.flush();
        return failed instanceof CommandException said ? said.exitStatus() : FAILED;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
