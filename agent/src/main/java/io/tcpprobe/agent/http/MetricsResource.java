package io.tcpprobe.agent.http;

import io.tcpprobe.agent.http.server.HttpRequest;
import io.tcpprobe.agent.metrics.Metrics;
import io.tcpprobe.agent.metrics.PrometheusText;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;

/**
 * {@code /metrics}: all metrics as the text that Prometheus reads. The classes that write it are loaded at the first request.
 *
 * @param metrics the values
 * @param on returns true while it is served
 */
record MetricsResource(Metrics metrics, BooleanSupplier on) {
    static final String PATH = "/metrics";

    private static final int BUFFER_BYTES = 8192;

    /**
     * Returns the answer to a GET or HEAD.
     *
     * @param buffer receives the text; it is released with the answer
     * @throws AnswerBuffer.TooLargeException if the text does not fit
     */
    Answer answer(HttpRequest request, AnswerBuffer buffer) throws IOException {
        PrometheusText format = PrometheusText.accepted(request.header("Accept").orElse(""));
        Map<String, String> headers = new HashMap<>(Map.of("Vary", "Accept, Accept-Encoding"));
        boolean gzip = AcceptEncoding.gzip(request.header("Accept-Encoding").orElse(""));
        if (gzip) {
            headers.put("Content-Encoding", AcceptEncoding.GZIP);
        }
        try (OutputStream out = new BufferedOutputStream(gzip ? new GZIPOutputStream(buffer) : buffer, BUFFER_BYTES)) {
            format.write(metrics.current(), out);
        }
        return new Answer(200, format.type(), buffer.content(), Map.copyOf(headers), buffer::release);
    }
}
