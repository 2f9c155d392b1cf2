package io.tcpprobe.it.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes that hold connections: as many as needed to stay within each one's limit of open files. */
final class ConnectionHolders implements AutoCloseable {
    /** Other files that a JVM has open. */
    private static final int OTHER_FILES = 500;

    /**
     * Connections of one process, to one address: fewer than there are ephemeral ports, and than the usual limit of 20,000 files allows.
     */
    private static final int EACH = 9_000;

    private final List<Process> processes = new ArrayList<>();

    private ConnectionHolders() {}

    /** Opens this many connections, and returns when all are open. */
    static ConnectionHolders open(int connections) throws IOException {
        ConnectionHolders holders = new ConnectionHolders();
        int each = Math.min(EACH, (openFilesLimit() - OTHER_FILES) / 2);
        try {
            for (int left = connections; left > 0; left -= each) {
                holders.start(Math.min(left, each));
            }
            return holders;
        } catch (IOException failed) {
            holders.close();
            throw failed;
        }
    }

    /** Parses the line "Max open files soft hard files"; a JVM raises the soft limit to the hard one. */
    private static int openFilesLimit() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                return Integer.parseInt(line.split(" {2,}", -1)[2]);
            }
        }
        throw new IOException("read /proc/self/limits: there is no line Max open files");
    }

    private void start(int count) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        Process process = new ProcessBuilder(
                        java,
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes,
                        LoopbackConnections.class.getName(),
                        Integer.toString(count),
                        Integer.toString(processes.size() + 1))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"open".equals(output.readLine())) {
            throw new IOException("open " + count + " connections: the process that should hold them ended");
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
    }
}
