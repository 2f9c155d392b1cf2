package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTextTest {
    private final MetricSink sink = new MetricSink();

    private String text(PrometheusText format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(sink.families(), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\\", "\\\"", "a\\nb", "{x=\"y\"} 7", "# HELP", "日本", "a b,c=d"})
    void shouldWriteHostileNamesSoThatTheyAreReadBack(String name) throws IOException {
        sink.add(Metric.GROUP_SENT_BYTES, 7, "process", name);
        Series series = Series.parse(text(PrometheusText.PROMETHEUS));
        assertEquals(1, series.values().size());
        assertEquals(7, series.value("tcpprobe_group_sent_bytes_total", "kind", "process", "group", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r", "\0", "\ud800", "a\nfake_total 1"})
    void shouldWriteOneLineWhateverTheName(String name) throws IOException {
        sink.add(Metric.GROUP_SENT_BYTES, 7, "process", name);
        Series series = Series.parse(text(PrometheusText.PROMETHEUS));
        assertEquals(1, series.values().size());
        assertTrue(series.values().keySet().iterator().next().contains("\ufffd"));
    }

    @Test
    void shouldWritePrometheusText() throws IOException {
        sink.add(Metric.BUILD_INFO, 1, "1.2.3", "25", "6.1");
        sink.add(Metric.GROUP_BUSY, 0.25, "role", "client");
        sink.add(Metric.GROUP_BUSY, 0.5, "role", "client");
        sink.add(Metric.SOURCE_FLOWS, 3);
        assertEquals("""
                # HELP tcpprobe_build_info The running agent; the value is 1.
                # TYPE tcpprobe_build_info gauge
                tcpprobe_build_info{java="25",kernel="6.1",version="1.2.3"} 1
                # HELP tcpprobe_group_busy_seconds_total %s
                # TYPE tcpprobe_group_busy_seconds_total counter
                tcpprobe_group_busy_seconds_total{group="client",kind="role"} 0.75
                # HELP tcpprobe_source_flows Flows that the source tracks now.
                # TYPE tcpprobe_source_flows gauge
                tcpprobe_source_flows 3.0
                """.formatted(Metric.GROUP_BUSY.doc()), text(PrometheusText.PROMETHEUS));
    }

    @Test
    void shouldWriteOpenMetrics() throws IOException {
        sink.add(Metric.GROUP_BUSY, 0.25, "role", "client");
        assertEquals("""
                # TYPE tcpprobe_group_busy_seconds counter
                # UNIT tcpprobe_group_busy_seconds seconds
                # HELP tcpprobe_group_busy_seconds %s
                tcpprobe_group_busy_seconds_total{group="client",kind="role"} 0.25
                # EOF
                """.formatted(Metric.GROUP_BUSY.doc()), text(PrometheusText.OPEN_METRICS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                                        | PROMETHEUS",
                "*/*                                                                       | PROMETHEUS",
                "text/html,application/xhtml+xml,*/*;q=0.8                                  | PROMETHEUS",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily    | PROMETHEUS",
                "image/png                                                                 | PROMETHEUS",
                "text/plain;version=0.0.4;q=0.5                                             | PROMETHEUS",
                "application/openmetrics-text; version=1.0.0,text/plain;q=0.5               | OPEN_METRICS",
                "application/openmetrics-text;version=0.0.1;q=0.75,*/*;q=0.1                | OPEN_METRICS"
            })
    void shouldWriteWhatTheClientAccepts(String accept, PrometheusText format) {
        assertEquals(format, PrometheusText.accepted(accept));
    }
}
