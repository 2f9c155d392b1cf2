package io.tcpprobe.agent.state;

import io.tcpprobe.agent.users.EngineFile;
import io.tcpprobe.agent.users.Identity;
import io.tcpprobe.agent.users.IdentityFiles;
import io.tcpprobe.agent.users.Machine;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.ProcessUser;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.SettingsFile;
import io.tcpprobe.config.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The contents of the open state folder: settings, users, the SNMP engine's identity.
 *
 * @param folder the folder
 * @param settings the settings
 * @param users the users
 * @param engine the engine's identity
 * @param warnings problems that do not prevent the start
 * @param lock keeps other agents out
 */
public record State(
        Path folder, SettingStore settings, Users users, EngineFile engine, List<Problem> warnings, StateLock lock)
        implements AutoCloseable {
    /** Returns the state folder of this configuration. */
    public static Path folder(Configuration configuration) {
        return located(configuration).path();
    }

    /** Returns the state folder of this configuration, and what names it. */
    public static StateFolder located(Configuration configuration) {
        return StateFolder.locate(configuration.early(Settings.STATE_DIR), System.getenv(), ProcessUser.effectiveId());
    }

    /**
     * Opens the state folder for exclusive use by an agent; creates it if it is missing.
     *
     * @throws StartException if the configuration is invalid, if another agent uses the folder, or if the folder or one of its files cannot
     *     be used. Nothing in the folder was changed then, except that a damaged file may have been renamed, which is reported
     */
    public static State open(Configuration configuration) throws StartException {
        List<Problem> problems = new ArrayList<>(configuration.problems());
        Path folder = makeFolder(configuration, problems);
        StateLock lock = lock(folder, problems);
        List<Problem> warnings = new ArrayList<>();
        if (problems.isEmpty()) { // on failure nothing is modified
            try {
                SettingsFile file = new SettingsFile(folder, Clock.systemUTC());
                List<SettingValue<?>> saved = file.load(warnings);
                Identity identity = identityFiles(folder).openForAgent(warnings);
                return new State(
                        folder, configuration.store(saved, file), identity.users(), identity.engine(), warnings, lock);
            } catch (IOException failed) {
                problems.add(unusable(folder, failed, "make its files readable and writable"));
            }
        }
        lock.close();
        problems.addAll(0, warnings);
        throw new StartException(problems);
    }

    /**
     * Returns the users of a state folder, for commands that manage them while an agent may be running.
     *
     * @param warnings receives the problems that are not fatal
     * @throws StartException if the configuration is invalid, or the folder or one of its files cannot be used
     */
    public static Users users(Configuration configuration, List<Problem> warnings) throws StartException {
        List<Problem> problems = new ArrayList<>(configuration.problems());
        Path folder = makeFolder(configuration, problems);
        if (problems.isEmpty()) {
            try {
                return identityFiles(folder)
                        .openForCommand(() -> !StateLock.taken(folder), warnings)
                        .users();
            } catch (ProblemException unusable) {
                problems.add(unusable.problem());
            } catch (IOException failed) {
                problems.add(unusable(folder, failed, "make its files readable and writable"));
            }
        }
        throw new StartException(problems);
    }

    private static IdentityFiles identityFiles(Path folder) {
        return new IdentityFiles(folder, Machine.id(), new SecureRandom(), Clock.systemUTC());
    }

    /**
     * Returns the settings that an agent would have if it were started now. Only reads.
     *
     * @param warnings receives the problems that would not prevent a start
     * @throws StartException if the configuration is invalid, or the stored settings cannot be read
     */
    public static SettingStore settings(Configuration configuration, List<Problem> warnings) throws StartException {
        List<Problem> problems = new ArrayList<>(configuration.problems());
        Path folder = folder(configuration);
        try {
            List<SettingValue<?>> saved = new SettingsFile(folder, Clock.systemUTC()).read(warnings);
            if (problems.isEmpty()) {
                return configuration.store(saved, _ -> {
                    throw new IOException("only a running agent keeps settings");
                });
            }
        } catch (IOException failed) {
            problems.add(unusable(folder.resolve("settings"), failed, "make it readable"));
        }
        throw new StartException(problems);
    }

    private static Path makeFolder(Configuration configuration, List<Problem> problems) throws StartException {
        StateFolder folder = located(configuration);
        try {
            folder.open(ProcessUser.fileSystemId());
            return folder.path();
        } catch (IOException failed) {
            problems.add(new Problem(
                    "open",
                    folder.toString(),
                    Problem.cause(failed),
                    "make it this user's and writable, or name another with --set state.dir=FOLDER"));
            throw new StartException(problems);
        }
    }

    private static StateLock lock(Path folder, List<Problem> problems) throws StartException {
        try {
            return StateLock.take(folder);
        } catch (ProblemException taken) {
            problems.add(taken.problem());
        } catch (IOException failed) {
            problems.add(unusable(folder.resolve("lock"), failed, "make it writable"));
        }
        throw new StartException(problems);
    }

    /** Releases the folder for another agent. */
    @Override
    public void close() {
        lock.close();
    }

    private static Problem unusable(Path file, IOException failed, String remedy) {
        return new Problem("open", file.toString(), Problem.cause(failed), remedy);
    }
}
