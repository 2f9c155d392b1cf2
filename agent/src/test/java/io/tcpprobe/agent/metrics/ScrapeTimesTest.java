package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScrapeTimesTest {
    private final ScrapeTimes times = new ScrapeTimes();

    private void scrapedAt(long... nanos) {
        for (long each : nanos) {
            times.add(each);
        }
    }

    @Test
    void shouldExpectNothingBeforeTheSecondScrape() {
        assertFalse(times.expectedWithin(100, 1000));
        scrapedAt(100);
        assertFalse(times.expectedWithin(101, 1000));
        scrapedAt(115);
        assertTrue(times.expectedWithin(116, 1000));
    }

    @Test
    void shouldExpectTheNextScrapeAfterTheSameInterval() {
        scrapedAt(-30, -15, 0);
        assertFalse(times.expectedWithin(8, 6));
        assertTrue(times.expectedWithin(9, 6));
        assertTrue(times.expectedWithin(16, 6), "it is late");
    }

    @Test
    void shouldExpectTwoScrapersThatComeInTurn() {
        scrapedAt(0, 3, 15, 18);
        assertTrue(times.expectedWithin(18, 6), "3 after the last one, by the interval before");
        scrapedAt(30);
        assertTrue(times.expectedWithin(30, 6));
    }

    @Test
    void shouldNotExpectAScraperThatHasStopped() {
        scrapedAt(0, 15, 30);
        assertTrue(times.expectedWithin(30 + 45, 6));
        assertFalse(times.expectedWithin(30 + 46, 6));
    }

    @Test
    void shouldExpectTwoScrapersAtTheSameTimeUntilBothHaveStopped() {
        scrapedAt(0, 0, 15, 15);
        assertTrue(times.expectedWithin(20, 6));
        assertTrue(times.expectedWithin(15 + 45, 6));
        assertFalse(times.expectedWithin(15 + 46, 6));
    }
}
