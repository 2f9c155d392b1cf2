package io.tcpprobe.agent.users;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The users as whom informs are sent. An inform is secured with keys that are localized for the engine of its receiver (RFC 3414, 2.6),
 * so the keys of {@link Users} do not serve. For each engine the state folder has a file {@code users-ENGINEID} of the same form.
 *
 * @param all the users of all receivers
 */
public record ReceiverUsers(List<OfReceiver> all) {
    private static final String PREFIX = "users-";
    private static final Pattern FILE = Pattern.compile(PREFIX + "([0-9a-f]{2}){5,32}");
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
     * Reads the users of all receivers.
     *
     * @throws IOException if a file cannot be read or is invalid
     */
    public static ReceiverUsers read(Path stateFolder) throws IOException {
        List<OfReceiver> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(stateFolder, PREFIX + "*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (FILE.matcher(name).matches()) {
                    byte[] engineId = HexFormat.of().parseHex(name.substring(PREFIX.length()));
                    of(stateFolder, engineId).all().forEach(user -> all.add(new OfReceiver(engineId, user)));
                }
            }
        }
        return new ReceiverUsers(List.copyOf(all));
    }

    /**
     * Returns the users of one receiver, to be changed.
     *
     * @throws IOException if the file cannot be read or is invalid
     */
    public static Users of(Path stateFolder, byte[] engineId) throws IOException {
        return Users.open(stateFolder, PREFIX + HexFormat.of().formatHex(engineId), engineId);
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
