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
        return Configuration.read(file, System.getenv(), assignments);
    }
}
