package io.tcpprobe.kernel.module;

import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.proc.Sysctl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Synchronizes the settings and the module's sysctls in both directions. A change and a poll may run concurrently, so reading
 * or writing a file and recording its value is one step under this object's lock. The store is called without the lock.
 */
final class Sysctls {
    private static final Logger LOG = LoggerFactory.getLogger(Sysctls.class);
    private static final String WHO = "sysctl";

    /** The files of each setting. The original module has purge_time, although its README documents purgetime. */
    private static final Map<Setting<?>, List<String>> FILES = files();

    private final Path folder;
    private final SettingStore settings;

    /** The content of each file when it was last read or written. */
    private final Map<Setting<?>, String> known = new ConcurrentHashMap<>();

    /** Refused values, each logged once. */
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    Sysctls(Path folder, SettingStore settings) {
        this.folder = folder;
        this.settings = settings;
    }

    private static Map<Setting<?>, List<String>> files() {
        Map<Setting<?>, List<String>> files = new LinkedHashMap<>();
        Settings.usedBy(SettingUser.SYSCTL).forEach(setting -> files.put(setting, List.of(setting.name())));
        files.put(Settings.PURGETIME, List.of("purgetime", "purge_time"));
        return files;
    }

    /** Returns the settings that the module has. */
    static Set<Setting<?>> all() {
        return FILES.keySet();
    }

    /**
     * Synchronizes with a module that was just found: settings that were given here are written to it, all others are adopted
     * from it.
     */
    void begin() {
        known.clear();
        write(_ -> true);
        poll();
    }

    /** Writes the settings that were given here, and match the predicate, to the module. */
    void write(Predicate<Setting<?>> filter) {
        for (Setting<?> setting : FILES.keySet()) {
            if (filter.test(setting) && setting.writable() && configured(settings.origin(setting))) {
                try {
                    write(setting, settings.text(setting));
                } catch (UncheckedIOException failed) {
                    LOG.warn("{}", failed.getMessage());
                }
            }
        }
    }

    private static boolean configured(Origin origin) {
        return switch (origin) {
            case DEFAULT, OUTSIDE -> false;
            case FILE, SAVED, ENVIRONMENT, COMMAND_LINE -> true;
        };
    }

    /** Adopts changed values of the files. */
    void poll() {
        for (Setting<?> setting : FILES.keySet()) {
            String changed = readIfChanged(setting);
            if (!changed.isEmpty()) {
                adopt(setting, changed);
            }
        }
    }

    /** Returns the value of the file; empty if there is no file, or if it has not changed. */
    private synchronized String readIfChanged(Setting<?> setting) {
        String now = read(setting);
        if (now.isEmpty() || now.equals(known.put(setting, now))) {
            return "";
        }
        return now;
    }

    private void adopt(Setting<?> setting, String text) {
        try {
            settings.adopt(setting.parse(text), WHO);
        } catch (BadSettingException wrong) {
            if (wrong.reason() == BadSettingException.Reason.BUSY) {
                known.remove(setting); // the next poll tries again
            }
            if (refused.add(setting.name() + "=" + text)) {
                LOG.warn("adopt setting {} of the module: {}", setting.name(), wrong.getMessage());
            }
        } catch (RuntimeException failed) { // of a listener of the settings: the value is in force, go on
            LOG.warn("adopt setting {} of the module: {}", setting.name(), failed.toString());
        }
    }

    /** Returns the value in force; empty if there is no such file. */
    private String read(Setting<?> setting) {
        for (String name : FILES.getOrDefault(setting, List.of())) {
            try {
                return Sysctl.text(folder.resolve(name));
            } catch (NoSuchFileException _) {
                // the other name, or a module that has no such setting
            } catch (IOException failed) {
                String message = "read " + folder.resolve(name) + ": " + Problem.cause(failed);
                if (refused.add(message)) {
                    LOG.warn("{}", message);
                }
            }
        }
        return "";
    }

    /**
     * Writes the current value of a setting to the module, unless the file already has it.
     *
     * @throws UncheckedIOException if the file cannot be written; {@link #poll} then restores the old value
     */
    synchronized void changed(Setting<?> setting) {
        if (FILES.containsKey(setting) && setting.writable()) {
            String text = settings.text(setting);
            if (!text.equals(known.get(setting))) {
                write(setting, text);
            }
        }
    }

    private synchronized void write(Setting<?> setting, String text) {
        for (String name : FILES.getOrDefault(setting, List.of())) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                try {
                    Files.writeString(file, text + "\n");
                    known.put(setting, text);
                } catch (IOException failed) {
                    known.remove(setting);
                    throw new UncheckedIOException(
                            "write " + file + ": " + Problem.cause(failed)
                                    + "; the module keeps its value; run the agent as root, or set it by sysctl",
                            failed);
                }
            }
        }
    }
}
