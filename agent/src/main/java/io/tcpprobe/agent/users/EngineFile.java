package io.tcpprobe.agent.users;

import io.tcpprobe.config.AtomicFile;
import io.tcpprobe.config.KeyValueFile;
import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The file {@code engine} of the state folder: the identity of the SNMP engine, and the number of its boots (RFC 3414, 2.2). Users' keys
 * are bound to the identity, so it never changes.
 */
public final class EngineFile {
    /** RFC 3411, SnmpEngineID: net-snmp's enterprise number (8072) with the first bit set, then format 5 (octets). */
    private static final String PREFIX = "80001f8805";

    private static final String MACHINE = "machine";
    private static final int RANDOM_BYTES = 12;
    private static final int MAX_BOOTS = Integer.MAX_VALUE;

    private final Path file;
    private final byte[] id;
    private final String createdOn;
    private final String machine;
    private int boots;

    private EngineFile(Path file, byte[] id, int boots, String createdOn, String machine) {
        this.file = file;
        this.id = id;
        this.boots = boots;
        this.createdOn = createdOn;
        this.machine = machine;
    }

    /**
     * Reads the file, and creates it if it is missing.
     *
     * @param machine {@link Machine#id()}
     * @throws DamagedFileException if its content is invalid. No new identity is created then, because it would invalidate the users' keys
     * @throws IOException if it cannot be read or written
     */
    public static EngineFile open(Path stateFolder, String machine, RandomGenerator random) throws IOException {
        Path file = stateFolder.resolve("engine");
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] tail = new byte[RANDOM_BYTES];
            random.nextBytes(tail);
            byte[] id = HexFormat.of().parseHex(PREFIX + HexFormat.of().formatHex(tail));
            EngineFile made = new EngineFile(file, id, 0, machine, machine);
            made.write(0);
            return made;
        }
        List<Problem> wrong = new ArrayList<>();
        Map<String, String> values = KeyValueFile.readState(file, wrong);
        try {
            byte[] id = HexFormat.of().parseHex(values.getOrDefault("id", ""));
            int boots = Integer.parseInt(values.getOrDefault("boots", ""));
            if (wrong.isEmpty() && id.length >= 5 && id.length <= 32 && boots >= 0) {
                return new EngineFile(file, id, boots, values.getOrDefault(MACHINE, ""), machine);
            }
        } catch (IllegalArgumentException _) {
            // reported below, like every other fault of the file
        }
        throw new DamagedFileException("its content is invalid");
    }

    private void write(int newBoots) throws IOException {
        String on = machine.isEmpty() ? createdOn : machine;
        String lines = "id = " + HexFormat.of().formatHex(id) + "\nboots = " + newBoots + "\n"
                + (on.isEmpty() ? "" : MACHINE + " = " + on + "\n");
        AtomicFile.write(file, lines, "rw-r--r--");
        boots = newBoots;
    }

    /** Returns true if the file was created on another machine; false if either machine is unknown. */
    boolean copied() {
        return !createdOn.isEmpty() && !machine.isEmpty() && !createdOn.equals(machine);
    }

    /** Returns the engine's identity, 5 to 32 bytes. */
    public byte[] id() {
        return id.clone();
    }

    /**
     * Counts a boot of the engine; the count is on disk before it is used.
     *
     * @return snmpEngineBoots of this start; stays at its maximum once reached
     * @throws IOException if it cannot be stored
     */
    public int boot() throws IOException {
        write(boots == MAX_BOOTS ? boots : boots + 1);
        return boots;
    }
}
