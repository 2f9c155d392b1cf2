package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.http.HttpShare;
import io.tcpprobe.config.Settings;
import io.tcpprobe.test.Rendered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of docs/ that is a projection of the list of metrics. */
class RenderedDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");

    @Test
    void shouldListEveryMetric() throws IOException {
        StringBuilder text = new StringBuilder("""
                # Metrics for Prometheus

                Rendered from `io.tcpprobe.agent.metrics.Metric`. The HTTP connector serves them at `/metrics`:

                    $ curl -s http://127.0.0.1:8778/metrics

                    scrape_configs:
                      - job_name: tcpprobe
                        static_configs:
                          - targets: ['127.0.0.1:8778']

                A client whose header Accept names OpenMetrics gets OpenMetrics 1.0, others the text format of Prometheus 0.0.4; both compressed
                if the client accepts gzip. Every client that may read by HTTP may read them; `basic_auth` is optional. For a Prometheus on
                another host set `http.listen` ([security.md](security.md)). `http.metrics=0` switches them off.
                Rules and dashboards: [integrations.md](integrations.md).

                ## What a scrape costs

                It reads the kernel only if the last snapshot is older than `snapshotage`, however many clients scrape. One scrape is answered
                at a time; up to %d wait, those of one client at most three quarters of them; others get status 503.

                With more than %s flows a scrape does not read the kernel for itself. It is answered from the last snapshot that the
                evaluation of events has taken (`events.interval`), at most twice that interval and at most %d s old: with the defaults 0 to 6 s.
                `tcpprobe_snapshot_age_seconds` is its age. Ends of flows and failed connects are counted up to the scrape. From
                the third scrape on, the agent computes groups, verdicts and listeners before a scrape is expected, so that it does not wait for
                them. With `events.interval=0` a scrape takes a snapshot itself; with `snapshotage=0` each scrape does.

                The number of series is bounded:

                - `metrics.kinds` selects what flows are grouped by (default `%s`; by `pod` only with
                  `kubelet.url`). Each kind has at most
                  `metrics.groups` (default %s) groups with series of their own, and the groups `other`, `unknown` and, of ports,
                  `ephemeral`. A group has about 50 series, 20 of them its histogram of round-trip times. `metrics.kinds=role` has only the
                  totals of the host.
                - At most `metrics.listeners` (default %s) addresses of listeners have series of their own.
                - `tcpprobe_metrics_limited` is the number of groups and listeners that are in `other`.

                The first groups get series of their own; if several are new at the same scrape, those with the most bytes. A group stays
                in its series while the agent runs, so `other` never loses what it has counted.
                If `tcpprobe_metrics_limited` is not 0 and a group that matters is in `other`, raise `metrics.groups`, or restart the
                agent while it is busy.

                No label has the id, an address or an ephemeral port of a connection. Listeners, and groups of the kind `port`, whose port is
                in `net.ipv4.ip_local_port_range` are in `ephemeral`. A service with such a port gets series of its own if
                the port is in `net.ipv4.ip_local_reserved_ports`, which also keeps the kernel from using it for connections:

                    sysctl net.ipv4.ip_local_reserved_ports=50051

                Counters never fall while a series exists, also if the source is restarted; they begin at 0 when the agent starts.

                ## Examples

                    sum(rate(tcpprobe_group_sent_bytes_total{kind="role"}[5m]))                        # bytes/s of the host
                    rate(tcpprobe_group_retransmitted_segments_total{kind="process"}[5m])
                      / rate(tcpprobe_group_sent_segments_total{kind="process"}[5m])                   # retransmitted share by process
                    histogram_quantile(0.99,
                      sum by (group, le) (rate(tcpprobe_group_rtt_seconds_bucket{kind="port"}[5m])))   # round-trip time by port
                    tcpprobe_listener_accept_queue_connections
                      / tcpprobe_listener_accept_queue_limit_connections                               # how full accept queues are
                """.formatted(
                        HttpShare.of(1L << 30, true).largeWaiting(),
                        "%,d".formatted(FlowEvaluator.FEW_FLOWS),
                        FlowEvaluator.MAX_AGE_MILLIS / 1000,
                        Settings.METRICS_KINDS.defaultText(),
                        Settings.METRICS_GROUPS.defaultText(),
                        Settings.METRICS_LISTENERS.defaultText()));
        for (Metric.Section section : Metric.Section.values()) {
            text.append("\n## ")
                    .append(section.title())
                    .append("\n\n")
                    .append(section.doc())
                    .append("\n\n");
            text.append("| metric | type | labels | meaning |\n|---|---|---|---|\n");
            for (Metric metric : Metric.of(section)) {
                row(
                        text,
                        "`" + metric.label() + "`",
                        metric.type().label(),
                        metric.labels().stream()
                                .map(label -> "`" + label.label() + "`")
                                .collect(Collectors.joining(", ")),
                        metric.doc());
            }
        }
        text.append("\n## Labels\n\n| label | values |\n|---|---|\n");
        for (MetricLabel label : MetricLabel.values()) {
            row(text, "`" + label.label() + "`", label.doc());
        }
        Rendered.assertCommitted(PAGE, text.toString());
    }

    private static void row(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        text.append("|\n");
    }
}
