package io.tcpprobe.agent.doctor;

import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings: configuration file, environment, command line, and those that were changed while an agent ran.
 *
 * @param file the configuration file; null if there is none
 * @param configuration what was read
 * @param stateFolder has the changed settings
 */
record SettingsCheck(@Nullable Path file, Configuration configuration, Path stateFolder) implements Check {
    private static final String NAME = "settings";

    @Override
    public List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        configuration.problems().forEach(problem -> found.add(Finding.of(Finding.Level.FAILS, NAME, problem)));
        configuration.warnings().forEach(problem -> found.add(Finding.of(Finding.Level.WARNING, NAME, problem)));
        saved().forEach(problem -> found.add(Finding.of(Finding.Level.WARNING, NAME, problem)));
        if (found.isEmpty()) {
            found.add(Finding.ok(NAME, given()));
        }
        return found;
    }

    private List<Problem> saved() {
        List<Problem> problems = new ArrayList<>();
        try {
            new SettingsFile(stateFolder, Clock.systemUTC()).read(problems);
        } catch (IOException unreadable) {
            problems.add(new Problem(
                    "read",
                    stateFolder.resolve("settings").toString(),
                    Problem.cause(unreadable),
                    "run as the user who runs the agent, or make the file readable"));
        }
        return problems;
    }

    private String given() {
        String inFile = file == null
                ? "no configuration file"
                : configuration.values(Origin.FILE).size() + " in " + file;
        return "valid: " + inFile + ", "
                + configuration.values(Origin.ENVIRONMENT).size() + " in the environment, "
                + configuration.values(Origin.COMMAND_LINE).size() + " on the command line";
    }
}
