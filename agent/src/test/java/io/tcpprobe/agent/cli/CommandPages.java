package io.tcpprobe.agent.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual pages of the commands, from the command line's model: tcpprobe(1), and one page for each command. */
final class CommandPages {
    private static final Pattern FIRST_CLAUSE = Pattern.compile("[.:;](?=\\s|$)");

    private CommandPages() {}

    /** Returns the pages by the names of their files. */
    static Map<String, String> all(CommandSpec program) {
        Map<String, String> pages = new TreeMap<>();
        pages.put("tcpprobe.1", overview(program));
        for (CommandSpec command : commands(program)) {
            pages.put(file(command) + ".1", page(command));
        }
        return pages;
    }

    /** Returns the subcommands that are shown, in the order of the usage text. */
    static List<CommandSpec> commands(CommandSpec parent) {
        return parent.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .filter(command -> !(command.userObject() instanceof CommandLine.HelpCommand))
                .distinct()
                .toList();
    }

    /** Returns the options that are shown, by name. */
    static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(OptionSpec::longestName))
                .toList();
    }

    /** Returns a summary of a command: the first clause of its description. */
    static String summary(CommandSpec command) {
        String clause =
                FIRST_CLAUSE.split(String.join(" ", command.usageMessage().description()), 2)[0];
        return clause.substring(0, 1).toLowerCase(Locale.ROOT) + clause.substring(1);
    }

    private static String file(CommandSpec command) {
        return command.qualifiedName("-");
    }

    private static String overview(CommandSpec program) {
        Mdoc page = new Mdoc("tcpprobe", 1, "TCP flows and counters of this host over SNMP, JMX and HTTP");
        page.section("SYNOPSIS").macro("Nm").macro("Ar", "command").macro("Op", "Ar option ...");
        page.section("DESCRIPTION")
                .text("tcpprobe observes the TCP connections of a Linux host, without changing them.")
                .text(
                        "Its agent serves every connection's congestion window, round-trip times, losses and queues, what limits it, and"
                                + " the kernel's TCP counters over SNMP, JMX and HTTP.")
                .text("The commands show the same in a terminal.")
                .macro("Pp")
                .text("The commands are:")
                .beginList();
        for (CommandSpec command : commands(program)) {
            page.item("Xr " + file(command) + " 1", summary(command) + ".");
        }
        page.endList();
        page.macro("Pp").text("Options, also of each command:");
        options(page, program);
        page.section("ENVIRONMENT").beginList();
        page.item(
                "Ev TCPPROBE_KEY",
                "Sets the setting of this key in upper case, with _ for each dot; see tcpprobe.conf(5).");
        page.item(
                "Ev STATE_DIRECTORY , XDG_STATE_HOME , HOME",
                "Where the state folder is, if the setting state.dir is empty.");
        page.endList();
        page.section("FILES").beginList();
        page.item("Pa /etc/tcpprobe/tcpprobe.conf", "The settings of the service.");
        page.item(
                "Pa /var/lib/tcpprobe",
                "The state folder of root and of the service: users, the identity of the SNMP engine, the settings changed while the"
                        + " agent ran, the flow log.");
        page.endList();
        exitStatus(page);
        page.section("EXAMPLES")
                .text(
                        "Show the busiest flows on a full screen, and once those to port 443 with the longest round-trip times:")
                .example("""
                        $ tcpprobe flows
                        $ tcpprobe flows --once --by srtt --filter 'dport = 443'
                        """)
                .macro("Pp")
                .text("Start the agent, and read its events by SNMP and its flows by HTTP:")
                .example("""
                        # tcpprobe run
                        $ snmptable -v2c -c public -m +TCPPROBE-MIB -Ci 127.0.0.1:1161 TCPPROBE-MIB::tcpProbeEventTable
                        $ curl -s http://127.0.0.1:8778/jolokia/read/tcpprobe:type=Flows
                        """)
                .macro("Pp")
                .text("Add a user who may change settings:")
                .example("# tcpprobe user add ops --write");
        List<String> also = new ArrayList<>();
        commands(program).forEach(command -> also.add(file(command) + " 1"));
        also.sort(Comparator.naturalOrder());
        also.addAll(List.of("ss 8", "tcpprobe.conf 5", "tcpprobe-mib 7"));
        also.sort(Comparator.comparing((String name) -> name.substring(name.length() - 1))
                .thenComparing(name -> name));
        return page.seeAlso(also).toString();
    }

    private static void exitStatus(Mdoc page) {
        page.section("EXIT STATUS").beginList();
        page.item("0", "Success; also of an agent that was asked to stop.");
        page.item("1", "The command failed; the message on standard error has the cause and the remedy.");
        page.item("2", "The command line is wrong.");
        page.endList();
    }

    private static String page(CommandSpec command) {
        List<CommandSpec> parts = commands(command);
        Mdoc page = new Mdoc(file(command), 1, summary(command));
        page.section("SYNOPSIS");
        for (CommandSpec each : parts.isEmpty() ? List.of(command) : parts) {
            synopsis(page, each);
        }
        page.section("DESCRIPTION").paragraphs(List.of(command.usageMessage().description()));
        if (parts.isEmpty()) {
            page.macro("Pp").text("The options are:");
            options(page, command);
        }
        for (CommandSpec part : parts) {
            page.subsection(part.qualifiedName())
                    .paragraphs(List.of(part.usageMessage().description()));
            options(page, part);
        }
        exitStatus(page);
        return page.seeAlso(List.of("tcpprobe 1", "tcpprobe.conf 5")).toString();
    }

    private static void synopsis(Mdoc page, CommandSpec command) {
        page.macro("Nm", "\"" + command.qualifiedName() + "\"");
        for (OptionSpec option : options(command)) {
            page.macro("Op", "Fl " + Mdoc.escaped(option.longestName().substring(1)) + argument(option));
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            page.macro(
                    parameter.arity().min() == 0 ? "Op" : "Ar",
                    (parameter.arity().min() == 0 ? "Ar " : "") + label(parameter));
        }
    }

    /** Returns the argument of an option, with a space before it; empty if it has none. */
    private static String argument(OptionSpec option) {
        if (option.arity().max() == 0) {
            return "";
        }
        return (option.arity().min() == 0 ? " Op Ar " : " Ar ") + label(option);
    }

    private static String label(ArgSpec argument) {
        return Mdoc.escaped(argument.paramLabel().replaceAll("[<>]", ""));
    }

    private static void options(Mdoc page, CommandSpec command) {
        page.beginList();
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            if (parameter.description().length > 0) {
                page.item("Ar " + label(parameter), String.join(" ", parameter.description()));
            }
        }
        for (OptionSpec option : options(command)) {
            String names = String.join(
                    " , ",
                    Stream.of(option.names())
                            .map(name -> "Fl " + name.substring(1))
                            .toList());
            page.item(names + argument(option), String.join(" ", option.description()));
        }
        page.endList();
    }
}
