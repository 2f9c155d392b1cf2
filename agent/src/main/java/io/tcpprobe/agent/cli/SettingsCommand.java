package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.agent.state.State;
import io.tcpprobe.agent.terminal.Wrapping;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.source.FlowSources;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows every setting: of the running agent or, without one, as an agent started now would have it. */
@Command(
        name = "settings",
        mixinStandardHelpOptions = true,
        description = "Show every setting: value, default, range, unit, whether it can be written, whether it is used.")
final class SettingsCommand implements Callable<Integer> {
    private static final String INDENT = "    ";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(names = "--doc", description = "Describe each setting.")
    private boolean doc;

    @Override
    public Integer call() throws StartException {
        Configuration read = configuration.read();
        PrintWriter out = spec.commandLine().getOut();
        Optional<RunningFile.Running> running = RunningFile.read(State.folder(read));
        if (running.isPresent() && read.problems().isEmpty()) {
            var agent = running.get();
            printLine(out, "of the running agent, process " + agent.pid() + ", source " + agent.source(), "");
            print(out, agent::value, agent::origin, agent.used());
        } else {
            printForNewAgent(read, out);
        }
        out.flush();
        return 0;
    }

    private void printForNewAgent(Configuration read, PrintWriter out) throws StartException {
        List<Problem> problems = new ArrayList<>();
        SettingStore store = State.settings(read, problems);
        problems.forEach(
                warning -> printLine(out, "warning: " + warning + "; an agent would start with the defaults", ""));
        String source = "none";
        Set<String> used = Set.of();
        var chosen = FlowSources.open(store, System::nanoTime, problems);
        if (chosen.isPresent()) {
            chosen.get().warnings().forEach(warning -> Commands.err(spec, "warning: " + warning));
            try (FlowSource opened = chosen.get().source()) {
                source = opened.name();
                used = Settings.usedBy(opened.settingUser()).stream()
                        .map(Setting::name)
                        .collect(Collectors.toSet());
            }
        }
        Path folder = State.folder(read);
        printLine(
                out,
                "no agent runs with " + folder + "; one started now would use these settings and source " + source,
                "");
        print(out, store::shown, setting -> store.origin(setting).label(), used);
    }

    private void print(
            PrintWriter out,
            Function<Setting<?>, String> value,
            Function<Setting<?>, String> origin,
            Set<String> used) {
        String gap = "";
        for (SettingGroup group : SettingGroup.values()) {
            out.print(gap);
            gap = System.lineSeparator();
            print(
                    out,
                    Settings.of(group),
                    value,
                    origin,
                    setting -> group != SettingGroup.SAMPLER || used.contains(setting.name()));
        }
    }

    /** Prints each setting as in a configuration file, with its description below it: a table would be 200 columns wide. */
    private void print(
            PrintWriter out,
            List<? extends Setting<?>> settings,
            Function<Setting<?>, String> value,
            Function<Setting<?>, String> origin,
            Predicate<Setting<?>> used) {
        for (Setting<?> setting : settings) {
            printLine(out, setting.name() + " = " + value.apply(setting), "");
            printLine(
                    out,
                    "from: " + origin.apply(setting) + "; default: " + setting.defaultText() + "; range: "
                            + setting.ruleWithUnit() + "; writable: " + (setting.writable() ? "yes" : "at start")
                            + "; used: " + (used.test(setting) ? "yes" : "not by this source"),
                    INDENT);
            if (doc) {
                printLine(out, setting.doc(), INDENT);
            }
        }
    }

    private static void printLine(PrintWriter out, String text, String indent) {
        Wrapping.lines(text, Wrapping.columns(System.getenv().getOrDefault("COLUMNS", "")), indent, INDENT)
                .forEach(out::println);
    }
}
