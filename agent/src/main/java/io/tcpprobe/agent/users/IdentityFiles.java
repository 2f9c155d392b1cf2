package io.tcpprobe.agent.users;

import io.tcpprobe.config.ChangeLock;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.ProgramName;
import io.tcpprobe.config.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The files {@code engine} and {@code users} of a state folder. Handles damaged files and a folder that was copied from another machine. No
 * two engines of a network may have one identity (RFC 3411, 5, SnmpEngineID), and keys are not valid for another identity: after a change
 * of identity the users must be added again.
 *
 * @param folder the state folder
 * @param machine {@link Machine#id()}
 * @param random generates identities
 * @param clock stamps the names of files that are set aside
 */
public record IdentityFiles(Path folder, String machine, RandomGenerator random, Clock clock) {
    private static final String ADD = "add the users again with '" + ProgramName.command("user add NAME") + "'";

    /** A condition whose check may read a file. */
    @FunctionalInterface
    public interface Condition {
        /**
         * Returns true if the condition holds.
         *
         * @throws IOException if that cannot be determined
         */
        boolean holds() throws IOException;
    }

    /**
     * Opens both for the agent. A damaged file is renamed, and the agent runs without it: only SNMPv3 and what requires a user is
     * unavailable until users are added again.
     *
     * @param warnings receives the problems and their consequences
     * @throws IOException if the engine cannot be read or written
     */
    public Identity openForAgent(List<Problem> warnings) throws IOException {
        try (ChangeLock _ = ChangeLock.take(folder)) {
            EngineFile engine = engineForAgent(warnings);
            return new Identity(engine, usersForAgent(engine, warnings));
        }
    }

    private EngineFile engineForAgent(List<Problem> warnings) throws IOException {
        try {
            EngineFile engine = EngineFile.open(folder, machine, random);
            return engine.copied() ? renewed(warnings) : engine;
        } catch (DamagedFileException damaged) {
            renameUsersFile(warnings); // done first: after a crash in between it is repeated
            Path aside = StateFiles.renameToBad(engineFile(), clock);
            warnings.add(new Problem(
                    "read",
                    engineFile().toString(),
                    damaged.getMessage() + "; it was renamed to " + aside.getFileName(),
                    "the engine has a new identity; restore the file, or " + ADD));
            return EngineFile.open(folder, machine, random);
        }
    }

    /** Creates a new identity for a folder that was created on another machine. */
    private EngineFile renewed(List<Problem> warnings) throws IOException {
        warnings.add(new Problem(
                "read",
                engineFile().toString(),
                "it was created on another machine (/etc/machine-id differs)",
                "the engine has a new identity"));
        renameUsersFile(warnings); // done first: after a crash in between it is repeated
        Files.delete(engineFile()); // the original machine keeps this identity
        return EngineFile.open(folder, machine, random);
    }

    private void renameUsersFile(List<Problem> warnings) throws IOException {
        if (Files.exists(usersFile(), LinkOption.NOFOLLOW_LINKS)) {
            Path aside = StateFiles.renameToBad(usersFile(), clock);
            warnings.add(new Problem(
                    "read",
                    usersFile().toString(),
                    "its keys are invalid with another engine identity; it was renamed to " + aside.getFileName(),
                    ADD));
        }
    }

    private Users usersForAgent(EngineFile engine, List<Problem> warnings) throws IOException {
        Users users = Users.unread(folder, engine.id());
        users.readForAgent( // checked again while the agent runs
                clock,
                new Users.Consequences(
                        "there are no users; repair that file and rename it to users, or " + ADD,
                        "until that is repaired there are no users, so SNMPv3 and changes are unavailable"),
                warnings);
        return users;
    }

    /**
     * Opens both for a command that manages users. Damaged files are left unchanged.
     *
     * @param noAgentRuns true if no agent runs with this folder; only then may the identity be renewed, as an agent would at its start
     * @param warnings receives the problems and their consequences
     * @throws ProblemException if a file cannot be used; the problem has the remedy
     * @throws IOException if the folder cannot be written
     */
    public Identity openForCommand(Condition noAgentRuns, List<Problem> warnings) throws IOException {
        try (ChangeLock _ = ChangeLock.take(folder)) {
            EngineFile engine = openForCommand(
                    engineFile(),
                    () -> EngineFile.open(folder, machine, random),
                    "restore it, or start the agent, which renames it and creates a new one");
            if (engine.copied() && noAgentRuns.holds()) {
                engine = renewed(warnings);
            }
            byte[] id = engine.id();
            Users users =
                    openForCommand(usersFile(), () -> Users.open(folder, id), "repair it, or remove it and " + ADD);
            return new Identity(engine, users);
        }
    }

    private interface Opening<T> {
        T open() throws IOException;
    }

    private static <T> T openForCommand(Path file, Opening<T> opening, String remedy) throws ProblemException {
        try {
            return opening.open();
        } catch (IOException unusable) {
            throw new ProblemException(new Problem("open", file.toString(), Problem.cause(unusable), remedy));
        }
    }

    private Path engineFile() {
        return folder.resolve("engine");
    }

    private Path usersFile() {
        return folder.resolve("users");
    }
}
