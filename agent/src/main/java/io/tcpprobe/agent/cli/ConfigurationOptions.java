package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.agent.state.State;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.SettingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options that provide the settings of every command. */
final class ConfigurationOptions {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationOptions.class);

    /** The system property in which the launcher of an installed program names its configuration file. */
    private static final String INSTALLED = "tcpprobe.config";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set one setting; may be repeated. Overrides every other source.")
    private List<String> assignments = new ArrayList<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Read settings from a file with one KEY = VALUE per line."
                    + " Default: the file tcpprobe.conf of the installed program, if this user can read it.")
    private @Nullable Path given;

    ConfigurationOptions() {}

    /** The options of a command line, as picocli would set them. */
    ConfigurationOptions(List<String> assignments, @Nullable Path given) {
        this.assignments = assignments;
        this.given = given;
    }

    List<String> assignments() {
        return assignments;
    }

    Configuration read() {
        return read(assignments);
    }

    /** Returns the configuration without logging its warnings. */
    Configuration readSilently() {
        return Configuration.read(file(), System.getenv(), assignments);
    }

    /** Returns the configuration file: the one that was named, else that of the installed program; null if there is none. */
    @Nullable
    Path file() {
        return given != null ? given : installed(System.getProperty(INSTALLED, ""));
    }

    private static @Nullable Path installed(String file) {
        return !file.isEmpty() && Files.isReadable(Path.of(file)) ? Path.of(file) : null;
    }

    private Configuration read(List<String> all) {
        Configuration read = Configuration.read(file(), System.getenv(), all);
        read.warnings().forEach(warning -> LOG.warn("{}", warning));
        return read;
    }

    /**
     * Returns the settings of a command that works without a state folder and therefore stores nothing.
     *
     * @param more assignments that override those of the command line
     * @throws StartException if a setting is invalid
     */
    SettingStore settings(List<String> more) throws StartException {
        List<String> all = new ArrayList<>(assignments);
        all.addAll(more);
        Configuration read = read(all);
        if (!read.problems().isEmpty()) {
            throw new StartException(read.problems());
        }
        return read.store(List.of(), _ -> {
            throw new IOException("this command does not save settings");
        });
    }

    /** Returns the agent that runs with the state folder of these options; empty if there is none. */
    Optional<RunningFile.Running> running() {
        return RunningFile.read(State.folder(readSilently()));
    }
}
