package io.tcpprobe.agent.cli;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completion of the command line in shells, from its model: commands, options, files, and the names of settings after --set. */
final class Completions {
    private static final String PROGRAM = "tcpprobe";
    private static final Pattern FIRST_CLAUSE = Pattern.compile("(?<!\\b1)[.:;](?=\\s|$)");

    private Completions() {}

    /** Returns the script for bash: that of picocli, with the names of settings, after which no space follows. */
    static String bash() {
        CommandLine line = Commands.line();
        addSettings(line.getCommandSpec());
        String script = AutoComplete.bash(PROGRAM, line);
        int last = script.lastIndexOf("complete -F _complete_" + PROGRAM);
        return script.substring(0, last).replaceFirst("\\A#!.*\n", "") + """
                # Adds no space after KEY= of --set.
                function _tcpprobe() {
                  _complete_tcpprobe
                  case ${COMPREPLY[0]-} in *=) compopt -o nospace 2>/dev/null ;; esac
                }

                complete -F _tcpprobe -o default tcpprobe
                """;
    }

    private static void addSettings(CommandSpec command) {
        OptionSpec set = command.findOption("--set");
        if (set != null) {
            command.remove(set);
            command.addOption(OptionSpec.builder(set)
                    .completionCandidates(Settings.ALL.stream()
                            .map(setting -> setting.name() + "=")
                            .toList())
                    .build());
        }
        command.subcommands().values().forEach(each -> addSettings(each.getCommandSpec()));
    }

    /** Returns the script for zsh. */
    static String zsh() {
        StringBuilder text = new StringBuilder("#compdef tcpprobe\n\n_tcpprobe_keys() {\n  local -a settings=(\n");
        for (Setting<?> setting : Settings.ALL) {
            text.append("    ")
                    .append(quoted(setting.name() + ":" + clause(setting.doc())))
                    .append('\n');
        }
        text.append("""
                  )
                  if compset -P '*='; then
                    _message value
                  else
                    _describe setting settings -S =
                  fi
                }

                """);
        zsh(text, Commands.line().getCommandSpec());
        return text.append("_tcpprobe \"$@\"\n").toString();
    }

    private static void zsh(StringBuilder text, CommandSpec command) {
        List<CommandSpec> parts = CommandPages.commands(command);
        String function = "_" + command.qualifiedName("_");
        parts.forEach(part -> zsh(text, part));
        text.append(function).append("() {\n");
        if (!parts.isEmpty()) {
            text.append("  local context state state_descr line\n  typeset -A opt_args\n");
        }
        text.append("  _arguments").append(parts.isEmpty() ? "" : " -C");
        CommandPages.options(command).forEach(option -> text.append(" \\\n    ").append(zsh(option)));
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            text.append(" \\\n    ")
                    .append(quoted("::" + label(parameter) + ":" + (isFile(parameter) ? "_files" : " ")));
        }
        if (!parts.isEmpty()) {
            text.append(" \\\n    '1:command:->command' '*::argument:->argument'\n  case $state in\n    command)\n");
            text.append("      local -a commands=(\n");
            parts.forEach(part -> text.append("        ")
                    .append(quoted(part.name() + ":" + CommandPages.summary(part)))
                    .append('\n'));
            text.append("      )\n      _describe command commands ;;\n    argument)\n      case $line[1] in\n");
            parts.forEach(part -> text.append("        ")
                    .append(part.name())
                    .append(") ")
                    .append("_" + part.qualifiedName("_"))
                    .append(" ;;\n"));
            text.append("      esac ;;\n  esac");
        }
        text.append("\n}\n\n");
    }

    private static String zsh(OptionSpec option) {
        String argument = "";
        if (option.arity().max() > 0) {
            argument = (option.arity().min() == 0 ? "::" : ":") + label(option) + ":" + zshValues(option);
        }
        String described = "[" + clause(String.join(" ", option.description())).replaceAll("([\\[\\]:])", "\\\\$1")
                + "]" + argument;
        String[] names = option.names();
        if (names.length > 1) {
            String all = String.join(" ", names);
            return quoted("(" + all + ")") + "{" + String.join(",", names) + "}" + quoted(described);
        }
        return quoted((option.isMultiValue() ? "*" : "") + names[0] + described);
    }

    private static String zshValues(OptionSpec option) {
        if (option.longestName().equals("--set")) {
            return "_tcpprobe_keys";
        }
        return isFile(option) ? "_files" : " ";
    }

    /** Returns the script for fish. */
    static String fish() {
        StringBuilder text = new StringBuilder("function __tcpprobe_keys\n");
        for (Setting<?> setting : Settings.ALL) {
            text.append("    printf '%s\\t%s\\n' ")
                    .append(setting.name())
                    .append("= ")
                    .append(fishQuoted(clause(setting.doc())))
                    .append('\n');
        }
        text.append("end\n\ncomplete -c tcpprobe -f\n");
        fish(text, Commands.line().getCommandSpec(), List.of());
        return text.toString();
    }

    private static void fish(StringBuilder text, CommandSpec command, List<String> words) {
        List<CommandSpec> parts = CommandPages.commands(command);
        String names = parts.stream().map(CommandSpec::name).collect(Collectors.joining(" "));
        String seen = words.stream()
                .map(word -> "__fish_seen_subcommand_from " + word)
                .collect(Collectors.joining("; and "));
        String here = parts.isEmpty()
                ? seen
                : seen + (seen.isEmpty() ? "" : "; and ") + "not __fish_seen_subcommand_from " + names;
        String begin = "complete -c tcpprobe -n '" + here + "'";
        text.append('\n');
        for (CommandSpec part : parts) {
            text.append(begin)
                    .append(" -a ")
                    .append(part.name())
                    .append(" -d ")
                    .append(fishQuoted(CommandPages.summary(part)))
                    .append('\n');
        }
        for (OptionSpec option : CommandPages.options(command)) {
            text.append(begin);
            for (String name : option.names()) {
                text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            if (option.longestName().equals("--set")) {
                text.append(" -x -a '(__tcpprobe_keys)'");
            } else if (isFile(option)) {
                text.append(" -r -F");
            } else if (option.arity().min() > 0) {
                text.append(" -x");
            }
            text.append(" -d ")
                    .append(fishQuoted(clause(String.join(" ", option.description()))))
                    .append('\n');
        }
        if (command.positionalParameters().stream().anyMatch(Completions::isFile)) {
            text.append(begin).append(" -F\n");
        }
        for (CommandSpec part : parts) {
            fish(
                    text,
                    part,
                    Stream.concat(words.stream(), Stream.of(part.name())).toList());
        }
    }

    private static boolean isFile(CommandLine.Model.ArgSpec argument) {
        return argument.type() == Path.class;
    }

    private static String label(CommandLine.Model.ArgSpec argument) {
        return argument.paramLabel().replaceAll("[<>:\\[\\]]", "");
    }

    private static String clause(String text) {
        return FIRST_CLAUSE.split(text, 2)[0];
    }

    /** Quotes a word for sh and zsh. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String fishQuoted(String word) {
        return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
