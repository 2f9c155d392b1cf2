package io.tcpprobe.agent.users;

import io.tcpprobe.config.ChangeLock;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The files {@code engine} and {@code users} of a state folder, and what becomes of them when one is damaged, or when the
 * folder was copied from another machine. No two engines of a network may have one identity (RFC 3411, 5, SnmpEngineID), and
 * keys are worth nothing with another one: so with a new identity the users must be added again.
 *
 * @param folder the state folder
 * @param machine {@link Machine#id()}
 * @param random makes identities
 * @param clock stamps the names of what is kept aside
 */
public record IdentityFiles(Path folder, String machine, RandomGenerator random, Clock clock) {
    private static final String ADD = "add the users again with './tcpprobe user add NAME'";

    /** A condition that may need a file to be looked at. */
    @FunctionalInterface
    public interface Condition {
        /**
         * Returns true if it holds.
         *
         * @throws IOException if it cannot be found out
         */
        boolean holds() throws IOException;
    }

    /**
     * Opens both for the agent. What makes no sense is kept aside, and the agent runs without: only SNMPv3 and what needs a user
     * is missing until users are added again.
     *
     * @param warnings gets what was wrong and what became of it
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
            keepUsersAside(warnings); // first: after a crash in between this is done again
            Path aside = StateFiles.keepAside(engineFile(), clock);
            warnings.add(new Problem(
                    "read",
                    engineFile().toString(),
                    damaged.getMessage() + ", and it was kept aside as " + aside.getFileName(),
                    "the engine has a new identity; restore the file, or " + ADD));
            return EngineFile.open(folder, machine, random);
        }
    }

    /** A new identity for a folder that was made on another machine. */
    private EngineFile renewed(List<Problem> warnings) throws IOException {
        warnings.add(new Problem(
                "read",
                engineFile().toString(),
                "it was made on another machine (/etc/machine-id differs)",
                "the engine has a new identity"));
        keepUsersAside(warnings); // first: after a crash in between this is done again
        Files.delete(engineFile()); // the machine that it was copied from has it
        return EngineFile.open(folder, machine, random);
    }

    private void keepUsersAside(List<Problem> warnings) throws IOException {
        if (Files.exists(usersFile(), LinkOption.NOFOLLOW_LINKS)) {
            Path aside = StateFiles.keepAside(usersFile(), clock);
            warnings.add(new Problem(
                    "read",
                    usersFile().toString(),
                    "its keys are worth nothing with another engine, and it was kept aside as " + aside.getFileName(),
                    ADD));
        }
    }

    private Users usersForAgent(EngineFile engine, List<Problem> warnings) throws IOException {
        Users users = Users.unread(folder, engine.id());
        try {
            users.reloadIfChanged();
        } catch (DamagedFileException damaged) {
            Path aside = StateFiles.keepAside(usersFile(), clock);
            users.reloadIfChanged(); // none
            warnings.add(new Problem(
                    "read",
                    usersFile().toString(),
                    damaged.getMessage() + ", and it was kept aside as " + aside.getFileName(),
                    "there are no users; mend that file and rename it to users, or " + ADD));
        } catch (IOException unusable) { // looked at again while the agent runs
            warnings.add(new Problem(
                    "read",
                    usersFile().toString(),
                    Problem.cause(unusable),
                    "there are no users until that is mended, and SNMPv3 and changes are not available"));
        }
        return users;
    }

    /**
     * Opens both for a command that manages users. Damaged files are left as they are.
     *
     * @param alone whether no agent runs with this folder: only then may the identity be renewed, as the agent would at its
     *     start
     * @param warnings gets what was wrong and what became of it
     * @throws ProblemException if a file cannot be used; the problem has the remedy
     * @throws IOException if the folder cannot be written
     */
    public Identity openForCommand(Condition alone, List<Problem> warnings) throws IOException {
        try (ChangeLock _ = ChangeLock.take(folder)) {
            EngineFile engine = openForCommand(
                    engineFile(),
                    () -> EngineFile.open(folder, machine, random),
                    "restore it, or start the agent, which keeps it aside and makes a new one");
            if (engine.copied() && alone.holds()) {
                engine = renewed(warnings);
            }
            byte[] id = engine.id();
            Users users = openForCommand(usersFile(), () -> Users.open(folder, id), "mend it, or remove it and " + ADD);
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
