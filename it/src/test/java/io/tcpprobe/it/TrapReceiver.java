package io.tcpprobe.it;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** net-snmp's snmptrapd on a port of loopback, which logs what it receives. It can be stopped and started again. */
final class TrapReceiver implements AutoCloseable {
    static final String USER = "writer";
    static final String PASSPHRASE = "a passphrase of the test";

    /** Its engine id, if it is started for informs. */
    static final String ENGINE = "0x80001f8804696e666f726d73";

    private static final long STOP_SECONDS = 10;

    private final Path folder;
    private final Path received;
    private final int port;
    private Process process;

    private TrapReceiver(Path folder, int port) {
        this.folder = folder;
        this.received = folder.resolve("received");
        this.port = port;
    }

    /** Chooses a port; nothing listens there yet. */
    static TrapReceiver in(Path folder) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return new TrapReceiver(folder, socket.getLocalPort());
        }
    }

    /** Returns the value of snmp.notify. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /**
     * Starts it.
     *
     * @param configuration lines of snmptrapd.conf, besides the community public and the user {@link #USER}
     */
    TrapReceiver start(String configuration) throws IOException {
        Path file = folder.resolve("snmptrapd.conf");
        Files.writeString(file, configuration + "\nauthUser log " + USER + " priv\nauthCommunity log public\n");
        List<String> line = List.of(
                "snmptrapd", "-f", "-A", "-Lf", received.toString(), "-On", "-C", "-c", file.toString(), address());
        Map<String, String> environment =
                Map.of("SNMP_PERSISTENT_DIR", folder.resolve("persistent").toString(), "MIBS", "");
        long before = starts();
        process = Tools.here().start(line, environment);
        Waiting.until("snmptrapd", () -> starts() > before);
        return this;
    }

    /** Starts it with the keys of a user of this engine, for SNMPv3 traps. */
    TrapReceiver startForTrapsOf(String engine) throws IOException {
        return start("createUser -e 0x" + engine + " " + USER + " SHA-256 \"" + PASSPHRASE + "\" AES");
    }

    /** Starts it with an engine id and a user of its own, for SNMPv3 informs. */
    TrapReceiver startForInforms() throws IOException {
        return start("exactEngineID " + ENGINE + "\ncreateUser " + USER + " SHA-256 \"" + PASSPHRASE + "\" AES");
    }

    private long starts() {
        return logged().lines()
                .filter(line -> line.contains("NET-SNMP version"))
                .count();
    }

    /** Returns all that it has logged. */
    String logged() {
        try {
            return Files.exists(received) ? Files.readString(received) : "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns the lines that it has logged of notifications with this object id. */
    List<String> notifications(String oid) {
        return logged().lines().filter(line -> line.contains("OID: ." + oid)).toList();
    }

    /** Stops it. */
    void stop() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("snmptrapd does not end");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while snmptrapd stops", interrupted);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
