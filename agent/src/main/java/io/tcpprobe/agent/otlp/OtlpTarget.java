package io.tcpprobe.agent.otlp;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.config.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends by the exporters of OpenTelemetry, one request at a time. They are created at the first batch, and again after a request whose
 * answer did not end in time: only closing them ends such a request. They follow no redirect, and read at most 4 MB of an answer.
 */
final class OtlpTarget implements PushTarget {
    /** What the JDK's client and the exporter may need beyond the time limit of a request. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final String LOGS = "/v1/logs";
    private static final String METRICS = "/v1/metrics";

    /** The answers after which the specification of OTLP allows to send a request again. */
    private static final Set<Integer> RETRIED = Set.of(408, 429, 502, 503, 504);

    /** The loggers of the exporters, which report every failure; kept, because a logger that is not in use loses its level. */
    private static final Logger EXPORTERS = Logger.getLogger("io.opentelemetry.exporter");

    private final Setup setup;
    private final LogRecords logs;
    private final MetricPoints metrics;
    private @Nullable OtlpHttpLogRecordExporter logExporter;
    private @Nullable OtlpHttpMetricExporter metricExporter;

    /**
     * What is sent where.
     *
     * @param endpoint the URL, to which the path of a signal is appended
     * @param headers headers of each request
     * @param compression "gzip" or "none"
     * @param timeout maximum time for an answer
     * @param facts the agent
     * @param ownJvm true if the JVM is the agent's: the exporters log nothing then, because the sender logs their failures
     */
    record Setup(
            String endpoint,
            Map<String, String> headers,
            String compression,
            Duration timeout,
            AgentFacts facts,
            boolean ownJvm) {}

    /** Creates a target; it does not connect yet. */
    OtlpTarget(Setup setup, Map<String, String> environment) {
        this.setup = setup;
        Resource resource = Resources.of(setup.facts, environment);
        this.logs = new LogRecords(resource);
        this.metrics = new MetricPoints(resource, MetricPoints.Starts.of(setup.facts.startedAt()));
        if (setup.ownJvm) {
            EXPORTERS.setLevel(Level.OFF);
        }
    }

    @Override
    public Outcome send(PushBatch batch) throws InterruptedException {
        return switch (batch) {
            case PushBatch.Flows(var records) -> export(logs.ofFlows(records));
            case PushBatch.Events(var changes) -> export(logs.ofEvents(changes));
            case PushBatch.MetricValues values -> {
                OtlpHttpMetricExporter exporter = metricExporter == null ? newMetricExporter() : metricExporter;
                metricExporter = exporter;
                yield outcome(exporter.export(metrics.of(values)));
            }
            case PushBatch.Groups _ -> new Outcome.Refused("groups are sent as metrics");
        };
    }

    private Outcome export(List<LogRecordData> records) throws InterruptedException {
        OtlpHttpLogRecordExporter exporter = logExporter == null ? newLogExporter() : logExporter;
        logExporter = exporter;
        return outcome(exporter.export(records));
    }

    private OtlpHttpLogRecordExporter newLogExporter() {
        var builder = OtlpHttpLogRecordExporter.builder()
                .setEndpoint(setup.endpoint + LOGS)
                .setCompression(setup.compression)
                .setTimeout(setup.timeout)
                .setConnectTimeout(setup.timeout)
                .setComponentLoader(FastGzip.components())
                .setRetryPolicy(null) // the sender does that
                .setMeterProvider(MeterProvider::noop);
        setup.headers.forEach(builder::addHeader);
        return builder.build();
    }

    private OtlpHttpMetricExporter newMetricExporter() {
        var builder = OtlpHttpMetricExporter.builder()
                .setEndpoint(setup.endpoint + METRICS)
                .setCompression(setup.compression)
                .setTimeout(setup.timeout)
                .setConnectTimeout(setup.timeout)
                .setComponentLoader(FastGzip.components())
                .setRetryPolicy(null)
                .setMeterProvider(MeterProvider::noop);
        setup.headers.forEach(builder::addHeader);
        return builder.build();
    }

    private Outcome outcome(CompletableResultCode result) throws InterruptedException {
        result.join(setup.timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!result.isDone()) {
            close();
            return new Outcome.Later("the answer did not end within " + setup.timeout.toMillis() + " ms");
        }
        return result.isSuccess() ? Outcome.Accepted.ALL : failed(result.getFailureThrowable());
    }

    private static Outcome failed(@Nullable Throwable failure) {
        if (failure instanceof FailedExportException.HttpExportException http) {
            var response = http.getResponse();
            if (response != null) {
                int status = response.getStatusCode();
                String why = "status " + status;
                return RETRIED.contains(status) ? new Outcome.Later(why) : new Outcome.Refused(why);
            }
            Throwable cause = http.getCause();
            return new Outcome.Later(cause == null ? "no answer" : Problem.quote(cause.toString()));
        }
        return new Outcome.Later(failure == null ? "no answer" : Problem.quote(failure.toString()));
    }

    @Override
    public void close() {
        if (logExporter != null) {
            logExporter.shutdown();
            logExporter = null;
        }
        if (metricExporter != null) {
            metricExporter.shutdown();
            metricExporter = null;
        }
    }
}
