package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Unit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {
    @ParameterizedTest
    @EnumSource(Metric.class)
    void shouldBeNamedByTheConventionsOfPrometheus(Metric metric) {
        String name = metric.label();
        assertTrue(name.matches("(tcpprobe|process)(_[a-z0-9]+)+"), name);
        assertEquals(metric.type() == Metric.Type.COUNTER, name.endsWith("_total"), name);
        assertEquals(metric.type() == Metric.Type.INFO, name.endsWith("_info"), name);
        String base = name.replaceFirst("_total$", "");
        assertEquals(metric.unit() == Unit.SECONDS, base.endsWith("_seconds"), name);
        assertEquals(metric.unit() == Unit.BYTES, base.endsWith("_bytes"), name);
        assertTrue(EnumSet.of(Unit.NONE, Unit.SECONDS, Unit.BYTES).contains(metric.unit()), name);
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void shouldBeDescribedInOneLine(Metric metric) {
        assertTrue(metric.doc().matches("[A-Z][^\n]*\\."), metric.doc());
    }

    @Test
    void shouldHaveNamesOfTheirOwn() {
        Set<String> names = new HashSet<>();
        for (Metric metric : Metric.values()) {
            assertTrue(names.add(metric.label()), metric.label());
        }
    }

    @ParameterizedTest
    @EnumSource(MetricLabel.class)
    void shouldHaveNoLabelForASingleConnection(MetricLabel label) {
        assertFalse(
                Set.of("flow", "id", "port", "remote", "local", "pid", "cookie").contains(label.label()));
        assertTrue(
                Arrays.stream(Metric.values())
                        .anyMatch(metric -> metric.labels().contains(label)),
                label.label());
    }
}
