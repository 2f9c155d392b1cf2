package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.metrics.Series;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsResourceTest {
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final int AT_ONCE = 40;

    private final HttpClient client = HttpClient.newHttpClient();
    private ServedParts parts;
    private HttpConnector connector;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        parts = new ServedParts(folder, Path.of("/proc/net"), Map.of());
        connector = HttpConnector.open(
                parts.served(),
                new HttpConnector.Options(List.of(FREE), Origins.parse(""), HttpShare.of(512L << 20, true)));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        connector.close();
        parts.close();
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(
                "http://127.0.0.1:" + connector.addresses().getFirst().getPort() + target));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /metrics, , 200",
        "HEAD, /metrics, , 200",
        "OPTIONS, /metrics, , 204",
        "POST, /metrics, , 405",
        "DELETE, /metrics, , 405",
        "GET, /metrics?name[]=x, , 200",
        "GET, /metrics/, , 404",
        "GET, /metricsX, , 404",
        "GET, /metrics, http://evil.example, 403"
    })
    void shouldAnswerWithStatus(String method, String target, @Nullable String origin, int status) throws Exception {
        HttpRequest.Builder request = request(target.replace("[", "%5B").replace("]", "%5D"))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (origin != null) {
            request.header("Origin", origin);
        }
        assertEquals(status, send(request).statusCode());
    }

    @Test
    void shouldRefuseAWrongPassphrase() throws Exception {
        assertEquals(
                401,
                send(request("/metrics").header("Authorization", "Basic b3BzOm5v"))
                        .statusCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0 | application/openmetrics-text; version=1.0.0; charset=utf-8",
                "text/plain                                 | text/plain; version=0.0.4; charset=utf-8",
                "image/png                                  | text/plain; version=0.0.4; charset=utf-8",
                "application/vnd.google.protobuf            | text/plain; version=0.0.4; charset=utf-8"
            })
    void shouldAnswerInAFormatThatTheClientAccepts(String accept, String type) throws Exception {
        HttpResponse<byte[]> answer = send(request("/metrics").header("Accept", accept));
        assertEquals(List.of(type), answer.headers().allValues("Content-Type"));
        assertEquals(
                type.startsWith("application"), new String(answer.body(), StandardCharsets.UTF_8).endsWith("# EOF\n"));
    }

    @Test
    void shouldCompressIfTheClientAccepts() throws Exception {
        HttpResponse<byte[]> plain = send(request("/metrics").header("Accept-Encoding", "gzip;q=0"));
        HttpResponse<byte[]> packed = send(request("/metrics").header("Accept-Encoding", "gzip"));
        assertFalse(plain.headers().firstValue("Content-Encoding").isPresent());
        assertEquals(List.of("gzip"), packed.headers().allValues("Content-Encoding"));
        assertTrue(packed.body().length < plain.body().length / 3);
        try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertEquals(
                    Series.parse(new String(plain.body(), StandardCharsets.UTF_8))
                            .types()
                            .keySet(),
                    Series.parse(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8))
                            .types()
                            .keySet());
        }
    }

    @Test
    void shouldSendNoContentForHead() throws Exception {
        HttpResponse<byte[]> head = send(request("/metrics").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals(0, head.body().length);
        assertTrue(head.headers().firstValueAsLong("Content-Length").orElse(0) > 1000);
    }

    @Test
    void shouldCountRequests() throws Exception {
        send(request("/nothing"));
        HttpResponse<byte[]> answer = send(request("/metrics"));
        assertEquals(
                2,
                Series.parse(new String(answer.body(), StandardCharsets.UTF_8))
                        .value("tcpprobe_requests_total", "protocol", "http"));
    }

    @Test
    void shouldBeSwitchedOffAndOn() throws Exception {
        parts.settings().change(Settings.HTTP_METRICS, "0", "test");
        assertEquals(404, send(request("/metrics")).statusCode());
        parts.settings().change(Settings.HTTP_METRICS, "1", "test");
        assertEquals(200, send(request("/metrics")).statusCode());
    }

    @Test
    void shouldAnswerOrRefuseEveryOneOfManyScrapesAtOnce() throws Exception {
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            answers.add(client.sendAsync(request("/metrics").build(), HttpResponse.BodyHandlers.ofByteArray()));
        }
        int served = 0;
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            int status = answer.get().statusCode();
            assertTrue(status == 200 || status == 503, () -> "status " + status);
            served += status == 200 ? 1 : 0;
        }
        assertTrue(served > 0);
        assertEquals(200, send(request("/metrics")).statusCode());
    }
}
