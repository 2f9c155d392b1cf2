package io.tcpprobe.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the files of integrations/fleet as a Flink job in a separate process, on all records that there are. */
final class FlinkJob {
    static final Path LIBRARIES = Path.of("target/fleet/lib");

    private static final Path FILES = Path.of("../integrations/fleet");
    private static final Path PROGRAM = Path.of("target/fleet/tcpprobe-fleet.jar");

    private FlinkJob() {}

    /**
     * How large a job is.
     *
     * @param heap its memory: "400m"
     * @param deadline maximum time
     */
    record Size(String heap, Duration deadline) {}

    /**
     * Runs a job and waits for its end.
     *
     * @param folder for its results, and for files that Flink needs meanwhile
     * @param sinks the files that declare the sinks: "to-files.sql"
     */
    static void run(KafkaBroker broker, Path folder, Size size, String... sinks) throws IOException {
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + size.heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                PROGRAM.toAbsolutePath() + ":" + LIBRARIES.toAbsolutePath() + "/*",
                "io.tcpprobe.fleet.SqlRunner",
                "SET:parallelism.default=1",
                "SET:rest.bind-address=127.0.0.1",
                "SET:rest.bind-port=0",
                "SET:taskmanager.memory.network.min=16mb",
                "SET:taskmanager.memory.network.max=16mb",
                "SET:taskmanager.memory.managed.size=32mb",
                "servers=" + broker.servers(),
                "start=earliest-offset",
                "until=latest-offset",
                "folder=" + folder,
                FILES.resolve("flows.sql").toString(),
                FILES.resolve("results.sql").toString()));
        for (String sink : sinks) {
            line.add(FILES.resolve(sink).toString());
        }
        Tools.here().run(line, Map.of(), "", size.deadline).expectSuccess();
    }
}
