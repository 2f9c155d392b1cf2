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
 * Keeps the settings and the module's sysctls the same, whichever of them is changed. A change and a poll may come at once:
 * reading or writing a file and noting its value are one step, under this object's lock. The store is called without it.
 */
final class Sysctls {
    private static final Logger LOG = LoggerFactory.getLogger(Sysctls.class);
    private static final String WHO = "sysctl";

    /** The files of each setting. The original has purge_time where its README says purgetime. */
    private static final Map<Setting<?>, List<String>> FILES = files();

    private final Path folder;
    private final SettingStore settings;

    /** What each file had when it was read or written last. */
    private final Map<Setting<?>, String> known = new ConcurrentHashMap<>();

    /** Values that were refused, each said once. */
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

    /** The settings that the module has. */
    static Set<Setting<?>> all() {
        return FILES.keySet();
    }

    /** Begins with a module that was just found: what somebody has set here goes there, all else is taken from there. */
    void begin() {
        known.clear();
        give(_ -> true);
        poll();
    }

    /** Gives the module the values that somebody has set here, of those settings that are wanted. */
    void give(Predicate<Setting<?>> wanted) {
        for (Setting<?> setting : FILES.keySet()) {
            if (wanted.test(setting) && setting.writable() && given(settings.origin(setting))) {
                try {
                    write(setting, settings.text(setting));
                } catch (UncheckedIOException failed) {
                    LOG.warn("{}", failed.getMessage());
                }
            }
        }
    }

    private static boolean given(Origin origin) {
        return switch (origin) {
            case DEFAULT, OUTSIDE -> false;
            case FILE, SAVED, ENVIRONMENT, COMMAND_LINE -> true;
        };
    }

    /** Takes over what was changed in the files. */
    void poll() {
        for (Setting<?> setting : FILES.keySet()) {
            String changed = readIfChanged(setting);
            if (!changed.isEmpty()) {
                adopt(setting, changed);
            }
        }
    }

    /** The value that the file has; empty if there is no file, or if it has not changed. */
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
                LOG.warn("take over {} from the module: {}", setting.name(), wrong.getMessage());
            }
        } catch (RuntimeException failed) { // of somebody who listens to the settings: the value is in force, go on
            LOG.warn("take over {} from the module: {}", setting.name(), failed.toString());
        }
    }

    /** The value in force; empty if there is no such file. */
    private String read(Setting<?> setting) {
        for (String name : FILES.getOrDefault(setting, List.of())) {
            try {
                return Sysctl.text(folder.resolve(name));
            } catch (NoSuchFileException _) {
                // the other name, or a module that has no such setting
            } catch (IOException failed) {
                String said = "read " + folder.resolve(name) + ": " + Problem.cause(failed);
                if (refused.add(said)) {
                    LOG.warn("{}", said);
                }
            }
        }
        return "";
    }

    /**
     * Passes the value that a setting has now on to the module. That is the last one: the file may have it already.
     *
     * @throws UncheckedIOException if the file cannot be written; {@link #poll} brings the old value back
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
