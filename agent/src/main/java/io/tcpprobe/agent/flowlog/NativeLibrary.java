package io.tcpprobe.agent.flowlog;

import java.nio.file.Path;

/**
 * Where SQLite's native library is unpacked to: the state folder, which only its owner may write. The default would be the folder of
 * temporary files, which everybody may write, and which may forbid to execute what it holds.
 */
final class NativeLibrary {
    private static final String UNPACKED_BELOW = "org.sqlite.tmpdir";

    private NativeLibrary() {}

    /** Sets the folder, unless the command line has. Has an effect before the first use of SQLite only. */
    static void unpackBelow(Path state) {
        if (System.getProperty(UNPACKED_BELOW) == null) {
            System.setProperty(UNPACKED_BELOW, state.toString());
        }
    }
}
