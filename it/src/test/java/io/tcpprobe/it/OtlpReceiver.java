package io.tcpprobe.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.tcpprobe.test.LoopbackConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** An OpenTelemetry collector on loopback that keeps what it has received. */
final class OtlpReceiver implements AutoCloseable {
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Log> logs = new ArrayList<>();
    private Map<String, Metric> metrics = Map.of();
    private final Map<String, String> headers = new HashMap<>();
    private Map<String, Object> resource = Map.of();
    /** Bound, and not listening: no connection of this host gets the port, also while the server is stopped. */
    private final Socket reserved = new Socket();

    private final int port;
    private HttpServer server;

    /**
     * A log record.
     *
     * @param name the name of the event
     * @param record the record
     * @param attributes its attributes: texts, numbers and truth values
     */
    record Log(String name, LogRecord record, Map<String, Object> attributes) {
        Object get(String attribute) {
            return attributes.getOrDefault(attribute, "(absent)");
        }
    }

    OtlpReceiver() throws IOException {
        reserved.setReuseAddress(true);
        reserved.bind(new InetSocketAddress(LoopbackConnection.LOOPBACK, 0));
        port = reserved.getLocalPort();
        server = listen(port);
    }

    private HttpServer listen(int at) throws IOException {
        HttpServer listening = HttpServer.create(new InetSocketAddress(LoopbackConnection.LOOPBACK, at), 0);
        listening.createContext("/v1/logs", exchange -> handle(exchange, this::addLogs));
        listening.createContext("/v1/metrics", exchange -> handle(exchange, this::addMetrics));
        listening.setExecutor(executor);
        listening.start();
        return listening;
    }

    /** Decodes a request. */
    private interface Decoder {
        void decode(InputStream body) throws IOException;
    }

    private void handle(HttpExchange exchange, Decoder decoder) throws IOException {
        try (exchange) {
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            synchronized (this) {
                exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
                decoder.decode(gzip ? new GZIPInputStream(body) : body);
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void addLogs(InputStream body) throws IOException {
        for (var ofResource : ExportLogsServiceRequest.parseFrom(body).getResourceLogsList()) {
            note(ofResource.getResource());
            for (var scope : ofResource.getScopeLogsList()) {
                for (LogRecord log : scope.getLogRecordsList()) {
                    logs.add(new Log(log.getEventName(), log, values(log.getAttributesList())));
                }
            }
        }
    }

    private void addMetrics(InputStream body) throws IOException {
        Map<String, Metric> received = new HashMap<>();
        for (var ofResource : ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList()) {
            note(ofResource.getResource());
            for (var scope : ofResource.getScopeMetricsList()) {
                scope.getMetricsList().forEach(metric -> received.put(metric.getName(), metric));
            }
        }
        metrics = Map.copyOf(received);
    }

    private void note(Resource sent) {
        resource = values(sent.getAttributesList());
    }

    static Map<String, Object> values(List<KeyValue> attributes) {
        Map<String, Object> values = new HashMap<>();
        attributes.forEach(attribute -> values.put(attribute.getKey(), value(attribute.getValue())));
        return values;
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case BOOL_VALUE -> value.getBoolValue();
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(OtlpReceiver::value)
                        .toList();
            default -> value.toString();
        };
    }

    /** Returns its URL. */
    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Returns the log records of this name, in the order in which they came. */
    synchronized List<Log> logs(String name) {
        return logs.stream().filter(log -> log.name().equals(name)).toList();
    }

    /** Returns the metrics of the last request by their names. */
    synchronized Map<String, Metric> metrics() {
        return metrics;
    }

    /** Returns the attributes of the last resource. */
    synchronized Map<String, Object> resource() {
        return resource;
    }

    /** Returns a header of the requests. */
    synchronized String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Stops listening; its connections are closed. */
    void stop() {
        server.stop(0);
    }

    /** Listens again, on the same port. */
    void listenAgain() throws IOException {
        server = listen(port);
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        reserved.close();
        executor.shutdownNow();
    }
}
