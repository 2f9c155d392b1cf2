package io.tcpprobe.agent.users;

import io.tcpprobe.config.ChangeLock;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.ProgramName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The users as whom informs are sent. An inform is secured with keys that are localized for the engine of its receiver (RFC 3414, 2.6),
 * so the keys of {@link Users} do not serve. For each engine the state folder has a file {@code users-ENGINEID} of the same form.
 *
 * @param all the users of all receivers
 * @param lost true if users may be missing because a file cannot be used, see {@link Users#lost}
 */
public record ReceiverUsers(List<OfReceiver> all, boolean lost) {
    private static final String PREFIX = "users-";
    private static final Pattern FILE = Pattern.compile(PREFIX + "((?:[0-9a-f]{2}){5,32})(\\.bad-.*)?");
    private static final Pattern ENGINE = Pattern.compile("(0x)?(([0-9A-Fa-f]{2}){5,32})");

    /**
     * A user of a receiver.
     *
     * @param engineId the engine of the receiver
     * @param user the user, with keys localized for it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record OfReceiver(byte[] engineId, User user) {}

    /**
     * Reads the users of all receivers, for the agent. A file that cannot be used does not prevent its start: a damaged one is renamed, as
     * {@code users} is.
     *
     * @param clock stamps the names of files that are set aside
     * @param warnings receives the files that cannot be used
     * @throws IOException if the folder cannot be read or written
     */
    static ReceiverUsers read(Path stateFolder, Clock clock, List<Problem> warnings) throws IOException {
        List<OfReceiver> all = new ArrayList<>();
        boolean lost = false;
        try (ChangeLock _ = ChangeLock.take(stateFolder)) {
            for (String engine : engines(stateFolder)) {
                byte[] engineId = HexFormat.of().parseHex(engine);
                Users users = Users.unread(stateFolder, PREFIX + engine, engineId);
                users.readForAgent(clock, consequences(engine), warnings);
                users.all().forEach(user -> all.add(new OfReceiver(engineId, user)));
                lost |= users.lost();
            }
        }
        return new ReceiverUsers(List.copyOf(all), lost);
    }

    /** Returns the engines that have a file, or had one that was renamed as damaged. */
    private static Set<String> engines(Path stateFolder) throws IOException {
        Set<String> engines = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(stateFolder, PREFIX + "*")) {
            for (Path file : files) {
                Matcher name = FILE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    engines.add(name.group(1));
                }
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        return engines;
    }

    private static Users.Consequences consequences(String engine) {
        return new Users.Consequences(
                "this receiver gets no informs; repair that file and rename it to " + PREFIX + engine
                        + ", or add the users again with '"
                        + ProgramName.command("user add NAME --inform " + engine)
                        + "', and start the agent again",
                "this receiver gets no informs until that is repaired and the agent started again");
    }

    /**
     * Returns the users of one receiver, to be changed.
     *
     * @throws ProblemException if the file cannot be read or is invalid; the problem has the remedy
     */
    public static Users of(Path stateFolder, byte[] engineId) throws ProblemException {
        String file = PREFIX + HexFormat.of().formatHex(engineId);
        Users users = Users.unread(stateFolder, file, engineId);
        try {
            users.reloadIfChanged();
            return users;
        } catch (IOException unusable) {
            throw new ProblemException(new Problem(
                    "open",
                    stateFolder.resolve(file).toString(),
                    Problem.cause(unusable),
                    "repair it, or remove it and add the users again"));
        }
    }

    /**
     * Parses an engine id: 5 to 32 bytes in hexadecimal, with or without 0x.
     *
     * @throws IllegalArgumentException if it is not one; the message has the reason
     */
    public static byte[] engineId(String text) {
        var matcher = ENGINE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("an engine id has 5 to 32 bytes in hexadecimal (RFC 3411), such as"
                    + " 0x80001f8880e9630000d61ff449");
        }
        return HexFormat.of().parseHex(matcher.group(2));
    }

    /** Returns true if there is a user of this name for any receiver. */
    public boolean has(String name) {
        return all.stream().anyMatch(one -> one.user.name().equals(name));
    }
}
