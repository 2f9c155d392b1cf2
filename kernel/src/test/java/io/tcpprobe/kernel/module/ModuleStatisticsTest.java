package io.tcpprobe.kernel.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.test.Seed;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The file of statistics. */
class ModuleStatisticsTest {
    @Test
    void shouldReadEveryNumber() {
        assertEquals(
                Map.ofEntries(
                        Map.entry(FlowStatistic.ACTIVE_FLOWS, 4L),
                        Map.entry(FlowStatistic.MEMORY, 1024L),
                        Map.entry(FlowStatistic.HASH_SIZE, 4721L),
                        Map.entry(FlowStatistic.HASH_MEMORY, 36 * 1024L),
                        Map.entry(FlowStatistic.SEARCH_FLOWS, 1L),
                        Map.entry(FlowStatistic.FOUND, 25877L),
                        Map.entry(FlowStatistic.NEW, 151L),
                        Map.entry(FlowStatistic.RESET, 147L),
                        Map.entry(FlowStatistic.PURGE_IN_PROGRESS, 2L),
                        Map.entry(FlowStatistic.RING_FULL, 3L),
                        Map.entry(FlowStatistic.MAXFLOW_REACHED, 4L),
                        Map.entry(FlowStatistic.MEMORY_ALLOC_FAILED, 5L),
                        Map.entry(FlowStatistic.MULTIPLE_READER, 6L),
                        Map.entry(FlowStatistic.COPY_FAILED, 7L)),
                ModuleStatistics.parse(ModuleFolder.STATISTICS));
    }

    @Test
    void shouldLeaveOutWhatIsNotWhole() {
        assertEquals(Map.of(), ModuleStatistics.parse(""));
        assertEquals(
                Map.of(FlowStatistic.ACTIVE_FLOWS, 4L, FlowStatistic.MEMORY, 0L),
                ModuleStatistics.parse("Flows: active 4 mem 0K\nHash: size\nTotal: hash_stat: 1 2 3"));
    }

    @Test
    void shouldSurviveGarbage() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder(ModuleFolder.STATISTICS);
            for (int n = random.nextInt(30); n >= 0; n--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(128));
            }
            assertTrue(ModuleStatistics.parse(text.toString()).size() <= FlowStatistic.values().length, "seed " + seed);
        }
    }
}
