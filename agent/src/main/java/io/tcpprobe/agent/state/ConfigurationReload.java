package io.tcpprobe.agent.state;

import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the configuration file again while the agent runs, on SIGHUP. Users need no reload: {@link UserWatch} detects their changes. */
public final class ConfigurationReload {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationReload.class);

    private final @Nullable Path file;
    private final SettingStore settings;

    /**
     * Creates a reload of this file.
     *
     * @param file the file of --config; null if there is none, and then nothing is reloaded
     * @param settings the settings of the running agent
     */
    public ConfigurationReload(@Nullable Path file, SettingStore settings) {
        this.file = file;
        this.settings = settings;
    }

    /** Applies the current content of the file, and logs the result. A file with any problem changes nothing. */
    public synchronized void run() {
        if (file == null) {
            LOG.info("SIGHUP: no configuration file to reload; name one with --config at start");
            return;
        }
        try {
            reload(file);
        } catch (RuntimeException failed) { // thrown by a listener: the store has the new values
            LOG.warn("SIGHUP: reloaded {}, but not everything could apply it: {}", file, failed.getMessage());
        }
    }

    private void reload(Path named) {
        if (Files.exists(named) && !Files.isRegularFile(named)) { // a pipe would be empty now and mean the defaults
            refused(new Problem(
                    "read", named.toString(), "not a regular file, so it cannot be read again", "name a file"));
            return;
        }
        Configuration read = Configuration.read(named, Map.of(), List.of());
        if (!read.problems().isEmpty()) {
            read.problems().forEach(ConfigurationReload::refused);
            return;
        }
        try {
            SettingStore.Reload reload = settings.reload(read.values(Origin.FILE), "SIGHUP, " + named);
            LOG.info(
                    "SIGHUP: reloaded {}; changed: {}; changed, effective after a restart: {};"
                            + " overridden by another source: {}",
                    named,
                    names(reload.changed()),
                    names(reload.needRestart()),
                    names(reload.overridden()));
        } catch (BadSettingException bad) {
            LOG.warn("SIGHUP: {}; nothing was changed", bad.getMessage());
        }
    }

    private static void refused(Problem problem) {
        LOG.warn("SIGHUP: {}; nothing was changed", problem);
    }

    private static String names(List<Setting<?>> settings) {
        return settings.isEmpty()
                ? "none"
                : settings.stream().map(Setting::name).collect(Collectors.joining(" "));
    }
}
