package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings given at start, from all sources, with all problems found in them. If a setting is given in several sources, the
 * later {@link Origin} wins.
 */
public final class Configuration {
    private final Map<Origin, Map<Setting<?>, SettingValue<?>>> values = new EnumMap<>(Origin.class);
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /**
     * Reads the configuration file, the environment and the command line's assignments.
     *
     * @param file the configuration file, or null for none
     * @param environment the environment; only names that begin with {@link Settings#ENVIRONMENT_PREFIX} matter
     * @param assignments "key=value", in order; the last one of a key wins
     */
    public static Configuration read(@Nullable Path file, Map<String, String> environment, List<String> assignments) {
        Configuration read = new Configuration();
        if (file != null) {
            read.readFile(file);
        }
        read.readEnvironment(environment);
        assignments.forEach(read::readAssignment);
        return read;
    }

    private void readFile(Path file) {
        try {
            KeyValueFile.read(file, problems)
                    .forEach((key, text) -> put(Origin.FILE, key, text, "read", file + ": " + key));
        } catch (IOException failed) {
            problems.add(new Problem(
                    "read", file.toString(), Problem.cause(failed), "give a readable file with --config, or no file"));
        }
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, Setting<?>> names = new LinkedHashMap<>();
        Settings.ALL.forEach(setting -> names.put(setting.environmentName(), setting));
        environment.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(Settings.ENVIRONMENT_PREFIX))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    Setting<?> setting = names.get(entry.getKey());
                    if (setting != null) {
                        put(Origin.ENVIRONMENT, setting.name(), entry.getValue(), "read environment", entry.getKey());
                    } else if (!ServiceLinks.contain(entry.getKey(), entry.getValue())) {
                        warnings.add(unknownVariable(entry.getKey()));
                    }
                });
    }

    /** Only a warning: the environment is shared, and another program may use a variable of this name. */
    private static Problem unknownVariable(String name) {
        boolean port = name.equals(Settings.ENVIRONMENT_PREFIX + "PORT");
        return new Problem(
                "read environment",
                name,
                "there is no such setting; the variable is ignored",
                port
                        ? "the setting port has the variable " + Settings.PORT.environmentName()
                        : "unset it, or " + Settings.LISTED);
    }

    private void readAssignment(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals <= 0) {
            problems.add(new Problem("set", Problem.quote(assignment), "it is not an assignment", "write KEY=VALUE"));
            return;
        }
        String key = assignment.substring(0, equals).strip();
        put(Origin.COMMAND_LINE, key, assignment.substring(equals + 1), "set", key);
    }

    private void put(Origin origin, String key, String text, String step, String object) {
        var found = Settings.find(key);
        if (found.isEmpty()) {
            problems.add(new Problem(step, object, "there is no such setting", Settings.LISTED));
            return;
        }
        try {
            SettingValue<?> value = found.get().parse(text, step, object);
            values.computeIfAbsent(origin, _ -> new LinkedHashMap<>()).put(value.setting(), value);
        } catch (BadSettingException bad) {
            problems.add(bad.problem());
        }
    }

    /** Returns all problems; the agent may start only if there are none. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** Returns problems that do not prevent the start: environment variables that name no setting. */
    public List<Problem> warnings() {
        return List.copyOf(warnings);
    }

    /** Returns the valid values of this origin, the last one of each setting. */
    public List<SettingValue<?>> values(Origin origin) {
        return List.copyOf(values.getOrDefault(origin, Map.of()).values());
    }

    /** Returns the value of one setting as given, or its default. For settings that are needed before the store exists. */
    @SuppressWarnings("unchecked") // a value is of its own setting's type
    public <T> T early(Setting<T> setting) {
        SettingValue<?> value = setting.defaultValue();
        for (var ofOrigin : values.values()) {
            value = ofOrigin.getOrDefault(setting, value);
        }
        return ((SettingValue<T>) value).value();
    }

    /** Creates the store from these values and those that an earlier run of the agent saved. */
    public SettingStore store(List<SettingValue<?>> saved, SettingStore.SettingPersistence persistence) {
        Map<Origin, List<SettingValue<?>>> all = new EnumMap<>(Origin.class);
        values.keySet().forEach(origin -> all.put(origin, values(origin)));
        all.put(Origin.SAVED, saved);
        return new SettingStore(all, persistence);
    }
}
