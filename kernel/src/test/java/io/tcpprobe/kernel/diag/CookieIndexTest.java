package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.test.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CookieIndexTest {
    @Test
    void shouldDoWhatAMapDoes() {
        long seed = Seed.next();
        for (int keys : new int[] {10, 700, 20_000}) {
            Random random = new Random(seed);
            CookieIndex index = new CookieIndex();
            Map<Long, Integer> model = new HashMap<>();
            for (int step = 0; step < 100_000; step++) {
                long cookie = cookie(random.nextInt(keys));
                assertEquals(model.getOrDefault(cookie, -1), index.find(cookie), "seed " + seed + ", step " + step);
                if (model.remove(cookie) != null) {
                    index.remove(cookie);
                } else if (random.nextInt(4) > 0) {
                    index.add(cookie, step);
                    model.put(cookie, step);
                }
            }
            model.forEach((cookie, row) -> assertEquals(row, index.find(cookie), "seed " + seed));
        }
    }

    /** As the kernel counts them, and some with nothing but high bits. */
    private static long cookie(int number) {
        return number % 3 == 0 ? (number + 1L) << 44 : number + 1;
    }

    @Test
    void shouldFindNeighboursAfterOneOfThemIsRemoved() {
        CookieIndex index = new CookieIndex();
        List<Long> crowded = new ArrayList<>();
        for (long i = 1; i <= 400; i++) {
            crowded.add(i << 54);
            index.add(i << 54, (int) i);
        }
        for (int gone = 0; gone < crowded.size(); gone += 2) {
            index.remove(crowded.get(gone));
        }
        for (int i = 0; i < crowded.size(); i++) {
            assertEquals(i % 2 == 0 ? -1 : i + 1, index.find(crowded.get(i)));
        }
    }

    @Test
    void shouldGrowBeforeItIsFull() {
        CookieIndex index = new CookieIndex();
        for (int i = 1; i <= 100_000; i++) {
            index.add(i, i);
        }
        assertEquals(262_144, index.slots());
        assertEquals(262_144L * 12, index.bytes());
        for (int i = 1; i <= 100_000; i++) {
            assertEquals(i, index.find(i));
        }
        assertEquals(-1, index.find(100_001));
    }
}
