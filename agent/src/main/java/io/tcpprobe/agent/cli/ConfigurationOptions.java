package io.tcpprobe.agent.cli;

import io.tcpprobe.config.Configuration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command gets its settings. */
final class ConfigurationOptions {
    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set one setting; may be given again. Wins over everything else.")
    private List<String> assignments = new ArrayList<>();

    @Option(names = "--config", paramLabel = "FILE", description = "Read settings from a file of lines KEY = VALUE.")
    private @Nullable Path file;

    Configuration read() {
        return read(List.of());
    }

    /** With more assignments, which win over those that were typed. */
    Configuration read(List<String> more) {
        List<String> all = new ArrayList<>(assignments);
        all.addAll(more);
        return Configuration.read(file, System.getenv(), all);
    }
}
