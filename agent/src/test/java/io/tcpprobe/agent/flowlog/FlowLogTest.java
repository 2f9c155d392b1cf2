package io.tcpprobe.agent.flowlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.filter.FlowFilter;
import io.tcpprobe.agent.filter.FlowFilterParser;
import io.tcpprobe.agent.flows.ContainerNames;
import io.tcpprobe.agent.flows.DerivedValues;
import io.tcpprobe.agent.flows.FakeContainers;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.flows.VerdictEvaluator;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.FlowValue;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowLogTest {
    private static final Instant NOON = Instant.parse("2026-03-05T12:00:00Z");
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MONOTONIC = 5_000_000 * NANOS_PER_MILLI;

    @TempDir
    private Path state;

    private final AtomicLong wallMillis = new AtomicLong(NOON.toEpochMilli());
    private final Clocks clocks = new Clocks(() -> MONOTONIC, wallMillis::get);

    private FlowLog open(long days, long megabytes) throws Exception {
        return open(days, megabytes, VerdictHistory::ofLives);
    }

    private FlowLog open(long days, long megabytes, VerdictEvaluator lives) throws Exception {
        return open(days, megabytes, new DerivedValues(lives, () -> ContainerNames.NONE));
    }

    private FlowLog open(long days, long megabytes, DerivedValues derived) throws Exception {
        List<SettingValue<?>> values = List.of(
                Settings.FLOWLOG_DAYS.parse(Long.toString(days)),
                Settings.FLOWLOG_MEGABYTES.parse(Long.toString(megabytes)));
        return FlowLog.open(state, new SettingStore(Map.of(Origin.COMMAND_LINE, values), _ -> {}), clocks, derived, 1);
    }

    /** A flow that ended so many milliseconds before now. */
    private static FlowRows ended(int id, long millisAgo, byte[] remote, Map<FlowField, Long> numbers) {
        TestRow row = TestRow.flow(id)
                .with(FlowField.SAMPLED, MONOTONIC - millisAgo * NANOS_PER_MILLI)
                .with(FlowField.FIRST_SEEN, MONOTONIC - (millisAgo + 60_000) * NANOS_PER_MILLI)
                .remote(remote);
        for (Map.Entry<FlowField, Long> number : numbers.entrySet()) {
            row = row.with(number.getKey(), number.getValue());
        }
        return TestRow.rows(row);
    }

    private static FlowRows ended(int id, long millisAgo, int lastByte, long retrans) {
        return ended(
                id,
                millisAgo,
                new byte[] {(byte) 192, 0, 2, (byte) lastByte},
                Map.of(FlowField.RETRANS, retrans, FlowField.REMOTE_PORT, 443L + id));
    }

    private List<LoggedFlow> search(String where, Optional<FlowValue> by, int limit) throws IOException {
        return new FlowLogReader(state)
                .search(new LogQuery(NOON.minusSeconds(7 * 86_400), FlowFilterParser.parse(where), by, limit));
    }

    private static long[] retrans(List<LoggedFlow> flows) {
        return flows.stream()
                .mapToLong(flow ->
                        Optional.ofNullable(flow.number(FlowField.RETRANS)).orElse(-1L))
                .toArray();
    }

    private static void log(FlowLog log, FlowRows... flows) {
        for (FlowRows flow : flows) {
            log.happened(FlowListener.Change.ENDED, flow);
        }
    }

    @Test
    void shouldKeepTheLastValuesOfEndedFlows() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log.happened(FlowListener.Change.ESTABLISHED, ended(9, 0, 9, 9));
            log(log, ended(1, 2500, 77, 13));
        }
        LoggedFlow flow = search("", Optional.empty(), 10).getFirst();
        assertEquals(NOON.minusMillis(2500), flow.ended());
        assertEquals("192.0.2.77:444", flow.remote());
        assertEquals(13, flow.number(FlowField.RETRANS));
        assertEquals("2026-03-05T11:58:57.500Z", flow.text(FlowField.FIRST_SEEN));
        assertNull(flow.number(FlowField.CWND), "absent is not zero");
        assertEquals("", flow.text(FlowField.CWND));
        assertEquals(1, search("", Optional.empty(), 10).size(), "flows that were established are not logged");
    }

    @Test
    void shouldKeepContainerAndPod() throws Exception {
        byte[] remote = {(byte) 192, 0, 2, 1};
        try (FlowLog log = open(7, 64, new DerivedValues(VerdictHistory::ofLives, FakeContainers::new))) {
            log(
                    log,
                    ended(1, 100, remote, Map.of(FlowField.CGROUP, FakeContainers.OF_POD)),
                    ended(2, 200, remote, Map.of(FlowField.CGROUP, FakeContainers.WITHOUT_POD)),
                    ended(3, 300, remote, Map.of(FlowField.CGROUP, 4711L)),
                    ended(4, 400, remote, Map.of(FlowField.RETRANS, 1L)));
        }
        List<LoggedFlow> flows = search("", Optional.empty(), 10);
        assertEquals(
                List.of("0123456789ab", "db", "", ""),
                flows.stream().map(flow -> flow.text(FlowText.CONTAINER)).toList());
        assertEquals(
                List.of("shop/web-0", "", "", ""),
                flows.stream().map(flow -> flow.text(FlowText.POD)).toList());
        assertEquals(List.of(100L), millisAgo("pod = shop/web-0"));
        assertEquals(List.of(100L), millisAgo("pod ~ SHOP/"));
        assertEquals(List.of(200L, 300L, 400L), millisAgo("pod != shop/web-0"));
        assertEquals(List.of(200L), millisAgo("container = db"));
    }

    /** Returns when the flows that meet a condition ended. */
    private List<Long> millisAgo(String where) throws IOException {
        return search(where, Optional.empty(), 10).stream()
                .map(flow -> NOON.toEpochMilli() - flow.ended().toEpochMilli())
                .toList();
    }

    @Test
    void shouldShowWhyAFlowEnded() throws Exception {
        byte[] remote = {(byte) 192, 0, 2, 1};
        try (FlowLog log = open(7, 64)) {
            Map<FlowField, Long> reset = Map.of(
                    FlowField.END_REASON, (long) EndReason.RESET_SENT.number(),
                    FlowField.RESET_REASON, (long) ResetReason.TCP_ABORT_ON_CLOSE.number());
            log(
                    log,
                    ended(1, 100, remote, reset),
                    ended(2, 200, remote, Map.of(FlowField.END_REASON, (long) EndReason.TIMED_OUT.number())),
                    ended(3, 300, remote, Map.of(FlowField.RETRANS, 1L)));
        }
        List<LoggedFlow> flows = search("", Optional.empty(), 10);
        assertEquals(
                List.of("resetSent (TCP_ABORT_ON_CLOSE)", "timedOut", ""),
                flows.stream().map(LoggedFlow::end).toList());
        assertEquals(
                1,
                search("resetReason = TCP_ABORT_ON_CLOSE", Optional.empty(), 10).size());
    }

    @Test
    void shouldKeepWhatLimitedAFlowInItsLife() throws Exception {
        byte[] remote = {(byte) 192, 0, 2, 1};
        long rwndLimited = 45_000_000; // of 60 s
        Map<FlowField, Long> numbers = Map.of(
                FlowField.SND_INITIAL, 1L, FlowField.BUSY_TIME, rwndLimited, FlowField.RWND_LIMITED, rwndLimited);
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 100, remote, numbers), ended(2, 100, remote, Map.of(FlowField.RETRANS, 1L)));
        }
        LoggedFlow limited = search("lifeVerdict = RWND and lifeShare >= 750", Optional.empty(), 10)
                .getFirst();
        assertEquals("rwnd", limited.text(VerdictField.LIFE_VERDICT));
        assertEquals(750, limited.number(VerdictField.LIFE_SHARE));
        List<LoggedFlow> all = search("", Optional.of(VerdictField.LIFE_SHARE), 10);
        assertEquals(2, all.size());
        assertEquals(750, all.getFirst().number(VerdictField.LIFE_SHARE));
        assertEquals((long) Verdict.UNKNOWN.number(), all.getLast().number(VerdictField.LIFE_VERDICT));
        assertNull(all.getLast().number(VerdictField.LIFE_SHARE), "absent is not zero");
    }

    @Test
    void shouldCountFlowsThatCannotBeJudgedAsLost() throws Exception {
        FlowLog log = open(7, 64, (_, _) -> {
            throw new IllegalStateException("no verdicts");
        });
        try (log) {
            log(log, ended(1, 100, 1, 5));
        }
        assertEquals(1, log.dropped());
    }

    @Test
    void shouldOrderAndLimit() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 300, 1, 5), ended(2, 100, 2, 50), ended(3, 200, 3, 7), ended(4, 400, 4, 0));
        }
        assertEquals(List.of(50L, 7L, 5L, 0L), boxed(search("", Optional.empty(), 10)));
        assertEquals(List.of(50L, 7L), boxed(search("", Optional.of(FlowField.RETRANS), 2)));
    }

    private static List<Long> boxed(List<LoggedFlow> flows) {
        return LongStream.of(retrans(flows)).boxed().toList();
    }

    @Test
    void shouldSelect() throws Exception {
        byte[] ipv6 = new byte[16];
        ipv6[0] = (byte) 192;
        ipv6[2] = 2;
        ipv6[15] = 1;
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 100, 64, 5), ended(2, 200, 127, 6), ended(3, 300, 128, 7), ended(4, 400, 63, 8));
            log(log, ended(5, 500, ipv6, Map.of(FlowField.RETRANS, 9L)));
        }
        assertEquals(List.of(5L, 6L), boxed(search("dst in 192.0.2.64/26", Optional.empty(), 10)));
        assertEquals(List.of(9L), boxed(search("dst in c000:200::/32", Optional.empty(), 10)));
        assertEquals(List.of(7L), boxed(search("dst = 192.0.2.128", Optional.empty(), 10)));
        assertEquals(List.of(7L, 8L), boxed(search("retrans >= 7 and retrans < 9", Optional.empty(), 10)));
        assertEquals(List.of(9L), boxed(search("not dport >= 0", Optional.empty(), 10)), "it has no port");
        assertEquals(List.of(5L, 9L), boxed(search("dport = 444 or not dst in 192.0.2.0/24", Optional.empty(), 10)));
    }

    @Test
    void shouldNotReadTextAsSql() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 0, 1, 1));
        }
        assertEquals(List.of(), search("command = \"' OR 1 --\"", Optional.empty(), 10));
        assertEquals(1, search("", Optional.empty(), 10).size());
    }

    @Test
    void shouldSelectPrefixesOfAddressesWithAZone() throws Exception {
        byte[] zoned = new byte[20];
        zoned[0] = (byte) 0xfe;
        zoned[1] = (byte) 0x80;
        zoned[15] = 7;
        Arrays.fill(zoned, 16, 20, (byte) 0xff);
        byte[] next = Arrays.copyOf(zoned, 16);
        next[15] = 8;
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 100, zoned, Map.of(FlowField.RETRANS, 1L)));
            log(log, ended(2, 200, next, Map.of(FlowField.RETRANS, 2L)));
        }
        assertEquals(List.of(1L), boxed(search("dst in fe80::7/128", Optional.empty(), 10)));
        assertEquals(List.of(2L), boxed(search("dst in fe80::8/128", Optional.empty(), 10)));
        assertEquals(List.of(1L, 2L), boxed(search("dst in fe80::/64", Optional.empty(), 10)));
        assertEquals(List.of(), boxed(search("dst in fe80::/125 and not dst in fe80::/125", Optional.empty(), 10)));
        assertEquals(List.of(), boxed(search("dst in 254.128.0.0/16", Optional.empty(), 10)));
    }

    /** A ranking of a file that is in the period as a whole, and of one that is not. */
    @Test
    void shouldRankWithinThePeriod() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 3000, 1, 9), ended(2, 2000, 2, 5), ended(3, 1000, 3, 7));
        }
        for (long millis : new long[] {3000, 2999}) {
            LogQuery query = new LogQuery(NOON.minusMillis(millis), FlowFilter.ALL, Optional.of(FlowField.RETRANS), 2);
            assertEquals(
                    millis == 3000 ? List.of(9L, 7L) : List.of(7L, 5L), boxed(new FlowLogReader(state).search(query)));
        }
    }

    @Test
    void shouldRefuseFieldsThatItDoesNotKeep() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 0, 1, 1));
        }
        String message = assertThrows(IllegalArgumentException.class, () -> search("ato > 3", Optional.empty(), 10))
                .getMessage();
        assertTrue(message.startsWith("search the flow log: it does not keep ato; it keeps "), message);
        String ofRate = assertThrows(
                        IllegalArgumentException.class, () -> search("bytesAckedRate > 1", Optional.empty(), 10))
                .getMessage();
        assertTrue(ofRate.startsWith("search the flow log: it does not keep bytesAckedRate; it keeps "), ofRate);
        assertThrows(IllegalArgumentException.class, () -> search("", Optional.of(FlowField.ATO), 10));
    }

    @Test
    void shouldRemoveDaysThatAreTooOld() throws Exception {
        for (int day = 0; day < 4; day++) {
            try (FlowLog log = open(3, 64)) {
                log(log, ended(day + 1, 0, 1, day));
            }
            wallMillis.addAndGet(86_400_000);
        }
        assertEquals(
                List.of(3L, 2L, 1L),
                boxed(new FlowLogReader(state).search(new LogQuery(NOON, FlowFilter.ALL, Optional.empty(), 10))));
    }

    @Test
    void shouldSearchFilesOfThePeriodOnly() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 0, 1, 1));
        }
        wallMillis.addAndGet(86_400_000);
        try (FlowLog log = open(7, 64)) {
            log(log, ended(2, 0, 1, 2));
        }
        LogQuery query = new LogQuery(NOON.plusSeconds(3600), FlowFilter.ALL, Optional.empty(), 10);
        assertEquals(List.of(2L), boxed(new FlowLogReader(state).search(query)));
    }

    @Test
    void shouldStayWithinItsSize() throws Exception {
        int batches = 60;
        try (FlowLog log = open(7, 1)) {
            for (int batch = 0; batch < batches; batch++) {
                for (int i = 0; i < 400; i++) {
                    log(log, ended(batch * 400 + i + 1, 0, i % 200, batch));
                }
                awaitWritten(log, (batch + 1) * 400L);
            }
            FlowLog.Statistics statistics = log.statistics();
            assertEquals(batches * 400L, statistics.written());
            assertEquals(0, statistics.dropped());
            assertTrue(statistics.files() > 1, statistics::toString);
            assertTrue(statistics.bytes() < 5 << 20, statistics::toString); // the write-ahead log comes on top
            assertEquals(LocalDate.of(2026, 3, 5), statistics.oldestDay());
        }
        assertEquals(batches - 1L, retrans(search("", Optional.of(FlowField.RETRANS), 1))[0], "the newest is there");
        assertFalse(boxed(search("retrans = 0", Optional.empty(), 1)).contains(0L), "the oldest is gone");
    }

    private static void awaitWritten(FlowLog log, long flows) throws Exception {
        Waiting.until("flows written", () -> log.statistics().written() >= flows);
    }

    @Test
    void shouldGoOnWithAFileOfAFormerVersion() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 0, 1, 1));
        }
        Path file =
                new LogFolder(state.resolve(FlowLog.FOLDER)).files().getFirst().path();
        try (LogDatabase database = LogDatabase.forWriting(file);
                var statement = database.connection().createStatement()) {
            statement.execute("ALTER TABLE flows DROP COLUMN retrans");
            statement.execute("ALTER TABLE flows DROP COLUMN container");
            statement.execute("ALTER TABLE flows DROP COLUMN pod");
            database.connection().commit();
        }
        assertEquals(List.of(-1L), boxed(search("", Optional.empty(), 10)), "absent in the old file");
        assertEquals(List.of(), boxed(search("retrans = 1", Optional.empty(), 10)));
        assertEquals(List.of(), search("pod = shop/web-0", Optional.empty(), 10));
        assertEquals(List.of(-1L), boxed(search("not pod = shop/web-0", Optional.empty(), 10)));
        try (FlowLog log = open(7, 64)) {
            log(log, ended(2, 10, 1, 2));
        }
        assertEquals(List.of(-1L, 2L), boxed(search("", Optional.empty(), 10)));
    }

    @Test
    void shouldGoOnAfterAFileWasDamaged() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 0, 1, 1));
        }
        LogFolder folder = new LogFolder(state.resolve(FlowLog.FOLDER));
        Files.write(folder.files().getFirst().path(), new byte[4096]);
        try (FlowLog log = open(7, 64)) {
            log(log, ended(2, 0, 1, 2));
            Waiting.until("the loss", () -> log.dropped() == 1);
            log(log, ended(3, 0, 1, 3));
            awaitWritten(log, 1);
        }
        assertEquals(List.of(3L), boxed(search("", Optional.empty(), 10)));
        assertTrue(Files.exists(state.resolve(FlowLog.FOLDER).resolve("damaged.db")));
    }

    @Test
    void shouldSearchAroundADamagedFile() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 0, 1, 1));
        }
        Files.writeString(state.resolve(FlowLog.FOLDER).resolve("flows-2026-03-05.7.db"), "no database ".repeat(100));
        assertEquals(List.of(1L), boxed(search("", Optional.empty(), 10)));
    }

    @Test
    void shouldNotLoseTheLogToAWrongClock() throws Exception {
        try (FlowLog log = open(3, 64)) {
            log(log, ended(1, 0, 1, 1));
        }
        Path future = state.resolve(FlowLog.FOLDER).resolve("flows-2037-01-01.1.db");
        Files.createFile(future);
        LogFolder folder = new LogFolder(state.resolve(FlowLog.FOLDER));
        LogFolder.LogFile current = folder.files().getFirst();
        folder.retain(current, LocalDate.of(2026, 3, 3), 0);
        assertTrue(Files.exists(current.path()), "it is written");
        assertFalse(Files.exists(future));
    }

    @Test
    void shouldRemoveLibrariesThatAKilledAgentHasLeft() throws Exception {
        Path left = Files.createDirectories(state.resolve("native")).resolve("sqlite-3.0-1-libsqlitejdbc.so");
        Files.createFile(left);
        open(7, 64).close();
        assertFalse(Files.exists(left));
    }

    @Test
    void shouldCountWhatCannotBeWritten() throws Exception {
        Files.writeString(state.resolve(FlowLog.FOLDER), "a file, not a folder");
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 0, 1, 1), ended(2, 0, 1, 1));
            Waiting.until("what is lost is counted", () -> log.dropped() == 2);
        }
    }

    @Test
    void shouldBeReadableByItsOwnerOnly() throws Exception {
        try (FlowLog log = open(7, 64)) {
            log(log, ended(1, 0, 1, 1));
            awaitWritten(log, 1);
            List<String> permissions = new ArrayList<>();
            try (Stream<Path> files = Files.list(state.resolve(FlowLog.FOLDER))) {
                for (Path file : files.toList()) {
                    permissions.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                }
            }
            assertEquals(3, permissions.size(), "the file, its write-ahead log, its index");
            assertTrue(permissions.stream().allMatch("rw-------"::equals), permissions::toString);
        }
    }

    @Test
    void shouldUnpackTheNativeLibraryIntoTheStateFolder() throws Exception {
        open(7, 64).close();
        Path folder = Path.of(System.getProperty("org.sqlite.tmpdir", "/tmp"));
        assertFalse(folder.equals(Path.of("/tmp")), "everybody may write there");
    }
}
