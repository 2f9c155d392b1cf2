package io.tcpprobe.agent.doctor;

import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProcessUser;
import io.tcpprobe.config.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state folder: it exists or can be created, this user may use it, and it has room.
 *
 * @param folder the folder
 * @param user effective id of this user
 * @param inUse true if an agent runs with it; then this user need not be able to write it
 */
record StateFolderCheck(StateFolder folder, long user, boolean inUse) implements Check {
    private static final String NAME = "state folder";
    private static final long ROOM_MEGABYTES = 64;
    private static final String OTHER = "name another with --set state.dir=FOLDER";

    @Override
    public List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        try {
            found.add(Files.exists(folder.path()) ? existing() : missing());
            if (Files.isDirectory(folder.path())) {
                found.addAll(users());
                found.addAll(room());
            }
        } catch (IOException failed) {
            found.add(Finding.fails(NAME, folder + ": " + Problem.cause(failed), OTHER));
        }
        return found;
    }

    private Finding missing() {
        Path ancestor = ancestor(folder.path());
        return ancestor != null && Files.isWritable(ancestor)
                ? Finding.ok(NAME, folder + " does not exist yet; the agent creates it")
                : Finding.fails(
                        NAME,
                        folder + " does not exist, and this user may not create it in " + ancestor,
                        "create it as root, give it to the user who runs the agent, or " + OTHER);
    }

    private static @Nullable Path ancestor(Path path) {
        Path above = path.toAbsolutePath().getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above;
    }

    private Finding existing() throws IOException {
        if (!Files.isDirectory(folder.path())) {
            return Finding.fails(NAME, folder + " is not a folder", OTHER);
        }
        long owner = ProcessUser.ownerOf(folder.path());
        if (inUse) {
            return Finding.ok(NAME, folder + " of user " + owner + ", used by the running agent");
        }
        if (owner != user && owner != ProcessUser.ROOT) {
            return Finding.fails(
                    NAME,
                    folder + " belongs to user " + owner + ", and this is user " + user,
                    "run the agent as that user, or " + OTHER);
        }
        return Files.isWritable(folder.path())
                ? Finding.ok(NAME, folder + " of user " + owner + ", writable")
                : Finding.fails(
                        NAME,
                        folder + " of user " + owner + " is not writable for user " + user,
                        "give it to the user who runs the agent, or " + OTHER);
    }

    private List<Finding> users() {
        if (!Files.exists(folder.path().resolve("users"))) {
            return List.of();
        }
        try {
            Users.open(folder.path(), new byte[0]);
            return List.of(Finding.ok("users", "the file of the users can be used"));
        } catch (IOException unusable) {
            return List.of(
                    Finding.warning(
                            "users",
                            folder.path().resolve("users") + ": " + Problem.cause(unusable),
                            "run this as the user who runs the agent; if that user cannot read it either, there is no SNMPv3 and no write access"));
        }
    }

    private List<Finding> room() throws IOException {
        long megabytes = Files.getFileStore(folder.path()).getUsableSpace() >> 20;
        return megabytes >= ROOM_MEGABYTES
                ? List.of()
                : List.of(Finding.warning(
                        NAME,
                        "there are " + megabytes + " MB left in " + folder.path(),
                        "make room, or limit the flow log with --set flowlog.megabytes=N"));
    }
}
