package io.tcpprobe.kernel.module;

import io.tcpprobe.config.Problem;
import io.tcpprobe.kernel.records.RecordDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files by which the module is read and set.
 *
 * @param records the samples, a line each
 * @param statistics what the module counts
 * @param sysctls folder of its settings
 * @param version its version; not there if it is loaded under another name
 */
public record ModuleFiles(Path records, Path statistics, Path sysctls, Path version) {
    /** The files of this host. */
    public static ModuleFiles ofThisHost() {
        return new ModuleFiles(
                Path.of("/proc/net/tcpprobe"),
                Path.of("/proc/net/stat/lyatiss_cw_tcpprobe"),
                Path.of("/proc/sys/net/lyatiss_cw_tcpprobe"),
                Path.of("/sys/module/tcp_probe_plus/version"));
    }

    /** Whether the module is the original one, 1.x: its read() blocks until the buffer is full. */
    boolean original() {
        try {
            return Files.readString(version).startsWith("1.");
        } catch (IOException _) {
            return false; // ours says its version
        }
    }

    /** What its records mean. */
    RecordDialect dialect() {
        return original() ? RecordDialect.ORIGINAL : RecordDialect.TCPPROBE;
    }

    /**
     * Opens the records.
     *
     * @throws IOException if that cannot be; the message says why and what to do
     */
    RecordFile openRecords() throws IOException {
        if (!Files.exists(records)) {
            throw new IOException(records + " does not exist; load the module: modprobe tcp_probe_plus");
        }
        try {
            return RecordFile.open(records, original());
        } catch (IOException failed) {
            throw new IOException(Problem.cause(failed) + "; run as a user who may read it", failed);
        }
    }
}
