package io.tcpprobe.agent.terminal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnWidthsTest {
    private static final int[] FULL = {20, 30, 8, 5};
    private static final int[] MINIMUM = {10, 15, 8, 5};

    private static int[] of(int width) {
        return ColumnWidths.of(FULL, MINIMUM, List.of(1, 2, 0, 3), 2, width);
    }

    @Test
    void shouldUseTheWholeWidthThatColumnsNeed() {
        assertArrayEquals(new int[] {20, 30, 8, 5}, of(66));
        assertArrayEquals(new int[] {20, 30, 8, 5}, of(1000));
    }

    @Test
    void shouldShortenTheLessImportantFirst() {
        assertArrayEquals(new int[] {19, 30, 8, 5}, of(65));
        assertArrayEquals(new int[] {10, 16, 8, 5}, of(42));
    }

    @Test
    void shouldDropTheLeastImportantFirst() {
        assertArrayEquals(new int[] {10, 20, 8, 0}, of(40));
        assertArrayEquals(new int[] {0, 20, 8, 5}, ColumnWidths.of(FULL, MINIMUM, List.of(1, 2, 3, 0), 2, 35));
        assertArrayEquals(new int[] {0, 15, 8, 0}, of(24));
    }

    @Test
    void shouldAlwaysShowTheMostImportant() {
        assertArrayEquals(new int[] {0, 15, 4, 0}, of(20));
        assertArrayEquals(new int[] {0, 7, 0, 0}, of(7));
        assertArrayEquals(new int[] {0, 0, 0, 0}, of(0));
    }

    @Test
    void shouldGiveTheMostImportantColumnsWhatTheyCanUseBeforeOthersAreShown() {
        int[] full = {10, 10, 10, 10, 10, 30, 10};
        int[] minimum = {10, 10, 10, 10, 10, 15, 10};
        List<Integer> importance = List.of(5, 4, 3, 2, 1, 0, 6);
        assertArrayEquals(new int[] {10, 10, 10, 10, 10, 30, 0}, ColumnWidths.of(full, minimum, importance, 1, 95));
        assertArrayEquals(new int[] {10, 10, 10, 10, 10, 30, 10}, ColumnWidths.of(full, minimum, importance, 1, 96));
    }

    @Test
    void shouldShowAnotherColumnCompletelyBeforeMore() {
        int[] full = {5, 5, 5, 5, 5, 5, 20, 5};
        int[] minimum = {5, 5, 5, 5, 5, 5, 10, 5};
        List<Integer> importance = List.of(0, 1, 2, 3, 4, 5, 6, 7);
        assertArrayEquals(new int[] {5, 5, 5, 5, 5, 5, 20, 0}, ColumnWidths.of(full, minimum, importance, 1, 56));
        assertArrayEquals(new int[] {5, 5, 5, 5, 5, 5, 13, 5}, ColumnWidths.of(full, minimum, importance, 1, 55));
    }
}
