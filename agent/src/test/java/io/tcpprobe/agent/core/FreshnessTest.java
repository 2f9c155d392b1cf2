package io.tcpprobe.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreshnessTest {
    private static final long MILLISECOND = 1_000_000;

    private final SettingStore settings =
            Configuration.read(null, Map.of(), List.of()).store(List.of(), _ -> {});

    private Freshness at(long ageMillis, long buildMillis) {
        return Freshness.of(ageMillis * MILLISECOND, buildMillis * MILLISECOND, settings);
    }

    @Test
    void shouldServeForSnapshotageWhatIsReadQuickly() {
        assertEquals(Freshness.FRESH, at(999, 4));
        assertEquals(Freshness.STALE, at(1000, 4));
        assertEquals(Freshness.FRESH, at(799, 100));
        assertEquals(Freshness.AGING, at(800, 100));
        assertEquals(Freshness.STALE, at(1000, 100));
    }

    /** A walk that finds everything stale reads everything for each of its requests: the square of the rows. */
    @ParameterizedTest
    @ValueSource(longs = {251, 1_000, 5_000, 60_000})
    void shouldReadForAtMostHalfOfTheTime(long buildMillis) {
        assertEquals(Freshness.FRESH, at(buildMillis, buildMillis), "just read");
        long next = 0;
        while (at(next, buildMillis) == Freshness.FRESH) {
            next++;
        }
        assertTrue(next >= 2 * buildMillis, "the next is read after " + next + " ms");
        assertEquals(Freshness.AGING, at(next + buildMillis, buildMillis), "served until the next is there");
        assertEquals(Freshness.STALE, at(4 * buildMillis, buildMillis));
    }

    @Test
    void shouldServeNothingTwiceWhenTheAgeIsZero() throws Exception {
        settings.change(Settings.SNAPSHOTAGE, "0", "test");
        assertEquals(Freshness.STALE, at(0, 0));
        assertEquals(Freshness.STALE, at(100, 100));
    }
}
