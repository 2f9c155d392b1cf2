package io.tcpprobe.kernel.module;

import io.tcpprobe.config.Problem;
import io.tcpprobe.kernel.records.RecordDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of the module.
 *
 * @param records the samples, one per line
 * @param statistics the module's counters
 * @param sysctls folder of its settings
 * @param version its version; missing if the module is loaded under another name
 */
public record ModuleFiles(Path records, Path statistics, Path sysctls, Path version) {
    private static final String READ_ACCESS = "; run the agent as a user with read access";

    /** Returns the files of this host. */
    public static ModuleFiles ofThisHost() {
        return new ModuleFiles(
                Path.of("/proc/net/tcpprobe"),
                Path.of("/proc/net/stat/lyatiss_cw_tcpprobe"),
                Path.of("/proc/sys/net/lyatiss_cw_tcpprobe"),
                Path.of("/sys/module/tcp_probe_plus/version"));
    }

    /** Returns true if the module is the original one, 1.x, whose read() blocks until the buffer is full. */
    boolean original() {
        try {
            return Files.readString(version).startsWith("1.");
        } catch (IOException _) {
            return false; // only ours has this file
        }
    }

    /** Returns the dialect of its records. */
    RecordDialect dialect() {
        return original() ? RecordDialect.ORIGINAL : RecordDialect.TCPPROBE;
    }

    /**
     * Checks that the records can be opened, without opening them.
     *
     * @throws IOException if they cannot be opened; the message states the cause and the remedy
     */
    public void requireReadable() throws IOException {
        requireLoaded();
        if (!Files.isReadable(records)) {
            throw new IOException("permission denied for " + records + READ_ACCESS);
        }
    }

    private void requireLoaded() throws IOException {
        if (!Files.exists(records)) {
            throw new IOException(records + " does not exist; load the module: modprobe tcp_probe_plus");
        }
    }

    /**
     * Opens the records.
     *
     * @throws IOException if they cannot be opened; the message states the cause and the remedy
     */
    RecordFile openRecords() throws IOException {
        requireLoaded();
        try {
            return RecordFile.open(records, original());
        } catch (IOException failed) {
            throw new IOException(Problem.cause(failed) + READ_ACCESS, failed);
        }
    }
}
