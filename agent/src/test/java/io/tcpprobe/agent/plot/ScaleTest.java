package io.tcpprobe.agent.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {
    @Test
    void shouldHaveRoundTicks() {
        assertEquals(List.of(0.0, 5000.0, 10_000.0, 15_000.0, 20_000.0), new Scale(0, 20_800, 0, 1).ticks(5));
        assertEquals(List.of(7.0, 7.5, 8.0), new Scale(6.8, 8.1, 0, 1).ticks(3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-9, 0.003, 1, 3, 9.99, 10, 1e6, 4.6e18, 1.8e19})
    void shouldHaveFewTicks(double high) {
        for (Scale scale : List.of(new Scale(0, high, 0, 1), new Scale(high * 0.9, high, 0, 1))) {
            int ticks = scale.ticks(5).size();
            assertTrue(ticks >= 2 && ticks <= 6, () -> ticks + " ticks up to " + high);
        }
    }

    @Test
    void shouldFormatQuantities() {
        assertEquals(
                List.of("0 B", "999 B", "1.45 kB", "937 kB", "14.3 MB", "20.0 ms", "250 \u00b5s", "1.50 s"),
                Stream.concat(
                                Stream.of(0.0, 999.0, 1448.0, 937_000.0, 14_339_544.0)
                                        .map(Quantity.BYTES::format),
                                Stream.of(20_000.0, 250.0, 1_500_000.0).map(Quantity.MICROSECONDS::format))
                        .toList());
        assertEquals("0.5 s", Quantity.SECONDS.format(0.5, 0.5, 0.1));
        assertEquals("20 ms", Quantity.MICROSECONDS.format(20_000, 60_000, 20_000));
    }
}
