package io.tcpprobe.agent;

import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.SettingsFile;
import io.tcpprobe.config.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is kept in the state folder, opened: settings, users, the SNMP engine's identity.
 *
 * @param folder where it is kept
 * @param settings the settings
 * @param users the users
 * @param engine the engine's identity
 * @param warnings what was wrong but stops nothing
 */
public record State(Path folder, SettingStore settings, Users users, EngineFile engine, List<Problem> warnings) {
    /** Where the state folder of this configuration is. */
    public static Path folder(Configuration configuration) {
        return StateFolder.locate(
                configuration.early(Settings.STATE_DIR),
                System.getenv(),
                System.getProperty("user.name", ""),
                System.getProperty("user.home", "."));
    }

    /**
     * Opens the state folder; makes it if it is missing.
     *
     * @throws StartException if the configuration is wrong, or the folder or a file of it cannot be used
     */
    public static State open(Configuration configuration) throws StartException {
        List<Problem> problems = new ArrayList<>(configuration.problems());
        Path folder = folder(configuration);
        try {
            StateFolder.open(folder);
        } catch (IOException failed) {
            problems.add(unusable(folder, failed, "make it writable, or name another with --set state.dir=FOLDER"));
            throw new StartException(problems);
        }
        List<Problem> warnings = new ArrayList<>();
        SettingsFile file = new SettingsFile(folder, Clock.systemUTC());
        Map<Setting<?>, String> saved = Map.of();
        try {
            saved = file.load(warnings);
        } catch (IOException failed) {
            problems.add(unusable(folder.resolve("settings"), failed, "make it readable"));
        }
        try {
            EngineFile engine = EngineFile.open(folder, new SecureRandom());
            Users users = openUsers(folder, engine, problems);
            if (problems.isEmpty()) {
                return new State(folder, configuration.store(saved, file), users, engine, warnings);
            }
        } catch (IOException failed) {
            problems.add(unusable(folder.resolve("engine"), failed, "restore it, or remove it and the file users"));
        }
        throw new StartException(problems);
    }

    private static Users openUsers(Path folder, EngineFile engine, List<Problem> problems) throws StartException {
        try {
            return Users.open(folder, engine.id());
        } catch (IOException failed) {
            problems.add(unusable(folder.resolve("users"), failed, "mend it, or remove it and add the users again"));
            throw new StartException(problems);
        }
    }

    private static Problem unusable(Path file, IOException failed, String remedy) {
        return new Problem("open", file.toString(), Problem.cause(failed), remedy);
    }
}
