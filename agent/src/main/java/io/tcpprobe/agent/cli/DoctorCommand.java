package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.Connectors;
import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.doctor.Doctor;
import io.tcpprobe.agent.doctor.DoctorReport;
import io.tcpprobe.agent.doctor.Finding;
import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.agent.state.State;
import io.tcpprobe.agent.terminal.Wrapping;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.StateFolder;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks what works on this host and what does not. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Check what works on this host and what does not, with remedies. Changes nothing.",
        footer = {
            "",
            "Exit status: 0 if nothing fails (warnings do not), 1 if something does, 2 for a wrong command line."
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(names = "--json", description = "Print JSON: result and findings, each with level, check, fact, remedy.")
    private boolean json;

    @Override
    public Integer call() {
        Configuration read = configuration.readSilently();
        StateFolder folder = State.located(read);
        DoctorReport report = new DoctorReport(Doctor.examine(new Doctor.Subject(
                configuration.file(), read, folder, RunningFile.read(folder.path()), Connectors.ALL)));
        print(report, spec.commandLine().getOut());
        return report.worst() == Finding.Level.FAILS ? Commands.FAILED : 0;
    }

    private void print(DoctorReport report, PrintWriter out) {
        if (json) {
            out.println(JsonText.of(report.json()));
        } else {
            boolean colours = StandardTerminal.hasColours(System.getenv());
            int columns = Wrapping.columns(System.getenv().getOrDefault("COLUMNS", ""));
            report.lines(columns).forEach(line -> out.println(colours ? line.ansi(true) : line.text()));
        }
        out.flush();
    }
}
