package io.tcpprobe.agent.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.agent.push.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetSimulationTest {
    private static final long START = 1_795_773_600_000L;

    @TempDir
    Path folder;

    private List<FlowRecord> run(FleetPlan plan) throws IOException, InterruptedException {
        List<FlowRecord> records = new ArrayList<>();
        try (FleetTruth truth = FleetTruth.in(folder)) {
            new FleetSimulation(plan).run(records::add, truth);
        }
        return records;
    }

    private static FleetPlan plan(int lost, int repeated, long seed) {
        return new FleetPlan(20, 3, 5, START, lost, repeated, seed);
    }

    private static List<String> lines(List<FlowRecord> records) {
        return records.stream().map(RecordJson::line).toList();
    }

    @Test
    void shouldMakeTheSameRecordsOfTheSamePlan() throws Exception {
        List<String> once = lines(run(plan(10, 10, 7)));
        String truth = Files.readString(folder.resolve("services.json"));
        assertEquals(once, lines(run(plan(10, 10, 7))));
        assertEquals(truth, Files.readString(folder.resolve("services.json")));
        assertTrue(!once.equals(lines(run(plan(10, 10, 8)))));
    }

    @Test
    void shouldOrderRecordsByTimeAndNumberThemWithoutGaps() throws Exception {
        Map<Long, Long> numbers = new HashMap<>();
        long before = START;
        for (FlowRecord flow : run(plan(0, 0, 1))) {
            assertTrue(flow.number(RecordField.TIME) >= before);
            before = flow.number(RecordField.TIME);
            long number = flow.number(RecordField.RECORD_NUMBER);
            Long last = numbers.put(flow.number(RecordField.FLOW_ID), number);
            boolean old = flow.number(RecordField.START_TIME) < START;
            assertTrue(last == null ? number == 1 || old : number == last + 1, flow::toString);
        }
    }

    @Test
    void shouldLoseAndRepeatRecords() throws Exception {
        List<String> all = lines(run(plan(0, 0, 1)));
        assertEquals(all.size(), new HashSet<>(all).size());
        List<String> some = lines(run(plan(100, 0, 1)));
        assertTrue(some.size() < all.size() && all.containsAll(some));
        List<String> twice = lines(run(plan(0, 100, 1)));
        assertTrue(twice.size() > all.size());
        assertEquals(Set.copyOf(all), Set.copyOf(twice));
    }

    /** Sums of the truth, against those of the last records of connections that the records show from their beginning. */
    @Test
    void shouldCountEachByteOnceInTheTruth() throws Exception {
        List<FlowRecord> records = run(plan(0, 50, 3));
        Map<Long, Long> sent = new HashMap<>();
        Map<Long, Long> oldFirst = new HashMap<>();
        for (FlowRecord flow : records) {
            long id = flow.number(RecordField.FLOW_ID);
            sent.put(id, flow.number(RecordField.BYTES_SENT));
            if (flow.number(RecordField.START_TIME) < START) {
                oldFirst.putIfAbsent(id, flow.number(RecordField.BYTES_SENT));
            }
        }
        long expected = sent.values().stream().mapToLong(Long::longValue).sum()
                - oldFirst.values().stream().mapToLong(Long::longValue).sum();
        assertEquals(expected, sum("services.json", "bytesSent"));
    }

    private long sum(String file, String column) throws IOException {
        Matcher values = Pattern.compile('"' + column + "\":(\\d+)").matcher(Files.readString(folder.resolve(file)));
        return values.results()
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .sum();
    }

    @Test
    void shouldMakeRecordsOfHostsWithAndWithoutAnId() throws Exception {
        Map<String, Set<String>> ids = new HashMap<>();
        run(plan(0, 0, 1))
                .forEach(flow -> ids.computeIfAbsent(flow.text(RecordField.HOST_NAME), _ -> new HashSet<>())
                        .add(flow.text(RecordField.HOST_ID)));
        assertEquals(20, ids.size());
        assertTrue(ids.values().stream().allMatch(found -> found.size() == 1), ids::toString);
        assertEquals(2, ids.values().stream().filter(Set.of("")::equals).count());
    }

    @Test
    void shouldRefusePlansThatCannotBeSimulated() {
        assertThrows(IllegalArgumentException.class, () -> new FleetPlan(1, 1, 1, START, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new FleetPlan(2, 1, 1, START + 1, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new FleetPlan(2, 1, 1, START, 600, 600, 1));
        assertThrows(IllegalArgumentException.class, () -> new FleetPlan(2, 1, 1_000_000, START, 0, 0, 1));
    }
}
