package io.tcpprobe.kernel.bpf;

import java.io.IOException;

/** The version of the installed libbpf. */
public final class LibbpfVersion {
    private LibbpfVersion() {}

    /**
     * Loads the library, as the source bpf does, and returns its version: "v1.1".
     *
     * @throws IOException if it cannot be used; the message states the cause and the remedy
     */
    public static String load() throws IOException {
        return Libbpf.open().version();
    }
}
