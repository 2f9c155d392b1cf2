package io.tcpprobe.it.bench;

import io.tcpprobe.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run of {@code snmpbulkwalk -Cr50}.
 *
 * @param seconds its duration
 * @param agentSeconds processor time that the agent used meanwhile
 * @param clientSeconds processor time of snmpbulkwalk
 * @param rows lines whose object id is in the column to count
 * @param finished false if it timed out or failed
 */
record BulkWalk(double seconds, double agentSeconds, double clientSeconds, long rows, boolean finished) {
    /** Walks all objects below an object id, and writes them to a file. */
    static BulkWalk run(Measured agent, String root, String countedColumn, Path file, Duration timeout)
            throws IOException, InterruptedException {
        double cpu = ProcessCost.cpuSeconds(agent.pid());
        double children = ProcessCost.endedChildrenSeconds();
        long begin = System.nanoTime();
        Process process = start(agent, root, file);
        boolean ended;
        try {
            ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            process.destroyForcibly().waitFor();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double agentSeconds = ProcessCost.cpuSeconds(agent.pid()) - cpu;
        double clientSeconds = ProcessCost.endedChildrenSeconds() - children;
        try (Stream<String> lines = Files.lines(file)) {
            String prefix = "." + countedColumn + ".";
            long rows = lines.filter(line -> line.startsWith(prefix)).count();
            return new BulkWalk(seconds, agentSeconds, clientSeconds, rows, ended && process.exitValue() == 0);
        }
    }

    /** Starts a walk and leaves it running. No MIB files are loaded, because that would cost the client more than the walk. */
    static Process start(Measured agent, String root, Path file) throws IOException {
        List<String> line = List.of(
                "sh",
                "-c",
                "file=$1; shift; exec snmpbulkwalk -v2c -c public -m '' -On -t 60 -r 0 -Cr50 \"$@\" >\"$file\" 2>&1",
                "sh",
                file.toString(),
                "127.0.0.1:" + agent.port(),
                root);
        return Tools.here().start(line, Map.of());
    }
}
