package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The queries of integrations/fleet compute, from the records of many simulated hosts, what is known of their connections. */
class FleetIT {
    private static final Map<String, List<String>> KEYS = Map.of(
            "services", List.of("windowStart", "servicePort", "role"),
            "paths", List.of("windowStart", "place"),
            "ends", List.of("communityId", "clientTime"));
    /** As docs/fleet.md creates the topic. The simulated times are before those of the broker. */
    private static final String LOG_APPEND_TIME = "log.message.timestamp.type=LogAppendTime";

    private static final double TOLERANCE = 1e-9;

    @TempDir
    Path folder;

    @RegisterExtension
    final Kept kept = new Kept();

    @Test
    @Needs({"kafka", "flink", "--all"})
    void shouldComputeTheTruthFromRecordsOfWhichSomeAreLostOrRepeated() throws Exception {
        KafkaBroker broker = kept.open(KafkaBroker.prepare(folder.resolve("broker"), LOG_APPEND_TIME))
                .start();
        simulate(broker, Duration.ofMinutes(1), "--hosts", "60", "--minutes", "3", "--lost", "10", "--repeated", "5");
        FlinkJob.run(
                broker,
                folder.resolve("results"),
                new FlinkJob.Size("400m", Duration.ofMinutes(3)),
                "to-files.sql",
                "to-kafka.sql");
        assertTruth();
        for (String result : KEYS.keySet()) {
            List<Map<?, ?>> rows = truth(result);
            assertEquals(
                    keyed(result, rows).keySet(),
                    keyed(
                                    result,
                                    broker.read("tcpprobe." + result, all -> all.size() >= rows.size()).stream()
                                            .<Map<?, ?>>map(message -> json(message.value()))
                                            .toList())
                            .keySet());
        }
    }

    @Test
    @Needs({"kafka", "flink", "--all"})
    void shouldComputeTheTruthOfTenThousandHosts() throws Exception {
        KafkaBroker broker = kept.open(KafkaBroker.prepare(folder.resolve("broker"), LOG_APPEND_TIME))
                .start();
        simulate(
                broker,
                Duration.ofMinutes(10),
                "--hosts",
                "10000",
                "--minutes",
                "2",
                "--opened",
                "4",
                "--lost",
                "2",
                "--repeated",
                "1");
        FlinkJob.run(
                broker, folder.resolve("results"), new FlinkJob.Size("4g", Duration.ofMinutes(30)), "to-files.sql");
        assertTruth();
    }

    private void simulate(KafkaBroker broker, Duration deadline, String... plan) {
        AgentOptions options = AgentOptions.bare()
                .set("kafka.servers", broker.servers())
                .with("--truth", folder.resolve("truth").toString(), "--start", "2026-03-05T10:00:00Z")
                .with(plan);
        options.tools()
                .run(options.line(List.of("fleet-sim")), Map.of(), "", deadline)
                .expectSuccess();
    }

    private void assertTruth() throws IOException {
        for (String result : KEYS.keySet()) {
            Map<List<?>, Map<?, ?>> expected = keyed(result, truth(result));
            assertTrue(expected.size() > 10, result);
            Map<List<?>, Map<?, ?>> computed = keyed(result, computed(result));
            assertEquals(expected.keySet(), computed.keySet(), result);
            expected.forEach((key, row) -> assertRow(result + key, row, computed.get(key)));
        }
    }

    private static void assertRow(String what, Map<?, ?> expected, Map<?, ?> computed) {
        expected.forEach((column, value) -> {
            Object found = computed.get(column);
            if (column.equals("windowStart") || column.equals("clientTime")) {
                return; // part of the key; written in two forms
            }
            if (value instanceof Number number && found instanceof Number other) {
                double right = number.doubleValue();
                assertEquals(right, other.doubleValue(), TOLERANCE * Math.max(1, Math.abs(right)), what + ' ' + column);
            } else {
                assertEquals(value, found, what + ' ' + column);
            }
        });
    }

    private List<Map<?, ?>> truth(String result) throws IOException {
        return rows(folder.resolve("truth").resolve(result + ".json"));
    }

    private List<Map<?, ?>> computed(String result) throws IOException {
        List<Map<?, ?>> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("results").resolve(result))) {
            for (Path file : files.toList()) {
                all.addAll(rows(file));
            }
        }
        return all;
    }

    private static List<Map<?, ?>> rows(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.<Map<?, ?>>map(FleetIT::json).toList();
        }
    }

    private static Map<?, ?> json(String text) {
        try {
            return (Map<?, ?>) new JSONParser().parse(text);
        } catch (Exception bad) {
            throw new AssertionError(text, bad);
        }
    }

    /** Returns rows by their keys; two rows of one key are an error. */
    private static Map<List<?>, Map<?, ?>> keyed(String result, List<Map<?, ?>> rows) {
        Map<List<?>, Map<?, ?>> keyed =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        for (Map<?, ?> row : rows) {
            List<?> key = KEYS.get(result).stream()
                    .map(column -> part(row.get(column)))
                    .toList();
            Map<?, ?> before = keyed.put(key, row);
            if (before != null) {
                throw new AssertionError(result + " has two rows " + key + ": " + before + ", " + row);
            }
        }
        return keyed;
    }

    private static Object part(Object value) {
        String text = String.valueOf(value);
        return text.endsWith("Z") ? Instant.parse(text) : text;
    }
}
