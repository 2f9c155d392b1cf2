package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.Settings;
import io.tcpprobe.test.Waiting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConnectorTest {
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final String WRITE = "/jolokia/write/tcpprobe:type=Settings/probetime/";
    private static final String BIG = "9007199254740993"; // 2^53 + 1: no double has it

    private static final long HEAP = 512L << 20;
    private static final HttpShare USUAL = HttpShare.of(HEAP, true);

    private final HttpClient client = HttpClient.newHttpClient();
    private ServedParts parts;
    private JmxConnector beans;
    private HttpConnector connector;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("snmp"), "Tcp: MaxConn RetransSegs\nTcp: -1 7\n");
        Files.writeString(folder.resolve("netstat"), "TcpExt: Big Bigger\nTcpExt: " + BIG + " 18446744073709551615\n");
        parts = new ServedParts(folder, folder, Map.of(Settings.SNAPSHOTAGE, "0"));
        beans = parts.jmx();
        connector = open(List.of(FREE), "");
    }

    private HttpConnector open(List<InetSocketAddress> addresses, String origins) throws IOException {
        return open(addresses, origins, HttpShare.of(HEAP, true));
    }

    private HttpConnector open(List<InetSocketAddress> addresses, String origins, HttpShare share) throws IOException {
        return HttpConnector.open(parts.served(), new HttpConnector.Options(addresses, Origins.parse(origins), share));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        connector.close();
        beans.close();
        parts.close();
    }

    private int port() {
        return connector.addresses().getFirst().getPort();
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + target));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String basic(String user, String passphrase) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + passphrase).getBytes(StandardCharsets.UTF_8));
    }

    /** "ops", "see", "ops:wrong" or nothing. */
    private static HttpRequest.Builder as(@Nullable String user, HttpRequest.Builder request) {
        if (user == null) {
            return request;
        }
        String[] pair = user.split(":", 2);
        return request.header("Authorization", basic(pair[0], pair.length == 2 ? pair[1] : ServedParts.PASSPHRASE));
    }

    private JSONObject json(HttpRequest.Builder request) throws Exception {
        return new JSONParser().parse(send(request).body(), JSONObject.class);
    }

    private JSONObject post(@Nullable String user, String body) throws Exception {
        return json(as(user, request("/jolokia")).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // method | target | user | Origin | status
                "GET    | /                                                     |           |                     | 200",
                "GET    | /TCPPROBE-MIB.txt                                     |           |                     | 200",
                "GET    | /page/main.js                                         | ops       |                     | 200",
                "HEAD   | /page/style.css                                       |           |                     | 200",
                "GET    | /nothing                                              |           |                     | 404",
                "GET    | /jolokiaX                                             |           |                     | 404",
                "POST   | /                                                     |           |                     | 405",
                "HEAD   | /events                                               |           |                     | 200",
                "OPTIONS| /events                                               |           |                     | 204",
                "POST   | /events                                               | ops       |                     | 405",
                "GET    | /events/                                              |           |                     | 404",
                "GET    | /events                                               |           | http://evil.example | 403",
                "GET    | /events                                               | ops:wrong |                     | 401",
                "GET    | /events?lastEventId=%25                               |           | null                | 403",
                "HEAD   | /events                                               | nobody    |                     | 401",
                "PUT    | /jolokia                                              |           |                     | 405",
                "DELETE | /jolokia/read/tcpprobe:type=Settings                  |           |                     | 405",
                "OPTIONS| /jolokia                                              |           |                     | 204",
                "OPTIONS| /jolokia                                              |           | http://evil.example | 403",
                "HEAD   | /                                                     |           |                     | 200",
                "HEAD   | /jolokia/version                                      |           |                     | 200",
                "HEAD   | /jolokia/write/tcpprobe:type=Settings/probetime/1     |           |                     | 403",
                "GET    | /jolokia                                              |           |                     | 200",
                "GET    | //jolokia                                             |           |                     | 404",
                "GET    | /jolokia?p=/write/tcpprobe:type=Settings/probetime/1  |           |                     | 403",
                "GET    | /jolokia?p=%25                                        |           |                     | 400",
                "GET    | /jolokia?ignoreErrors=%25                             |           |                     | 400",
                "GET    | /jolokia/version                                      |           |                     | 200",
                "GET    | /jolokia/version                                      |           | http://evil.example | 403",
                "GET    | /jolokia/version                                      |           | null                | 403",
                "GET    | /jolokia/version                                      | ops       | http://evil.example | 403",
                "GET    | /jolokia/version                                      |           | SELF                | 200",
                "GET    | /jolokia/list                                         |           |                     | 200",
                "GET    | /jolokia/search/*:*                                   |           |                     | 200",
                "GET    | /jolokia/config                                       | ops       |                     | 403",
                "GET    | /jolokia/notification/register                        | ops       |                     | 403",
                "GET    | /jolokia/nosuch                                       |           |                     | 400",
                "GET    | /jolokia/read/tcpprobe:type=Settings                  |           |                     | 200",
                "GET    | /jolokia/read/tcpprobe:type=Settings                  | see       |                     | 200",
                "GET    | /jolokia/read/tcpprobe:type=Settings                  | ops:wrong |                     | 401",
                "GET    | /jolokia/read/tcpprobe:type=Settings                  | nobody    |                     | 401",
                "GET    | /jolokia/read/java.lang:type=Memory/HeapMemoryUsage   |           |                     | 200",
                "GET    | /jolokia/read/java.lang:type=Runtime/Uptime           |           |                     | 200",
                "GET    | /jolokia/read/java.lang:type=Runtime/SystemProperties |           |                     | 403",
                "GET    | /jolokia/read/java.lang:type=Runtime/InputArguments   |           |                     | 403",
                "GET    | /jolokia/read/java.lang:type=Runtime/InputArguments   | see       |                     | 200",
                "GET    | /jolokia/read/java.util.logging:type=Logging          | ops       |                     | 403",
                "GET    | /jolokia/read/JMImplementation:type=MBeanServerDelegate | ops     |                     | 403",
                "GET    | /jolokia/read/*:*                                     | ops       |                     | 403",
                "GET    | /jolokia/write/tcpprobe:type=Settings/probetime/1     |           |                     | 403",
                "GET    | /jolokia/write/tcpprobe:type=Settings/probetime/1     | see       |                     | 403",
                "GET    | /jolokia/write/tcpprobe:type=Settings/probetime/1     | ops:wrong |                     | 401",
                "GET    | /jolokia/write/tcpprobe:type=Settings/probetime/1     | ops       |                     | 200",
                "GET    | /jolokia/write/tcpprobe:type=Settings/probetime/1     | ops       | http://evil.example | 403",
                "GET    | /jolokia/write/java.lang:type=Memory/Verbose/true     | ops       |                     | 403",
                "GET    | /jolokia/exec/java.lang:type=Memory/gc                | ops       |                     | 403",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/top/srtt/1          |           |                     | 200",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/top(java.lang.String,int)/srtt/1 | |              | 200",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/page/0/1            | see       |                     | 200",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/find/%3A1           |           |                     | 200",
                "GET    | /jolokia/exec/tcpprobe:type=Settings/describe/port    |           |                     | 200",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/top/srtt/1          | ops       |                     | 200",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/deleteFlow/1/true   |           |                     | 403",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/deleteFlow/1/true   | see       |                     | 403",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/nosuch              |           |                     | 403",
                "GET    | /jolokia/exec/java.lang:type=Threading/findDeadlockedThreads | see |                   | 403",
                "GET    | /jolokia/exec/java.lang:type=Memory/gc                |           |                     | 403",
                "GET    | /jolokia/exec/com.sun.management:type=DiagnosticCommand/help/%5B%5D | ops |           | 403"
            })
    void shouldAnswerWithStatus(
            String method, String target, @Nullable String user, @Nullable String origin, int status) throws Exception {
        HttpRequest.Builder request = as(user, request(target)).method(method, HttpRequest.BodyPublishers.noBody());
        if (origin != null) {
            request.header("Origin", origin.equals("SELF") ? "http://127.0.0.1:" + port() : origin);
        }
        HttpResponse<String> answer = send(request);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                status == 401 ? List.of(RequestGuard.CHALLENGE) : List.of(),
                answer.headers().allValues("WWW-Authenticate"));
        assertFalse(answer.headers().firstValue("Access-Control-Allow-Origin").isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:PORT, 200",
        "127.0.0.1:PORT, 200",
        "[::1]:PORT, 200",
        "127.0.0.1, 200",
        "evil.example:PORT, 403",
        "evil.example, 403",
        "localhost.evil.example, 403"
    })
    void shouldRefuseReboundHostNames(String host, int status) throws Exception {
        for (String target : new String[] {"/", "/jolokia/version"}) {
            String answer = raw("GET " + target + " HTTP/1.1\r\nHost: " + host.replace("PORT", "" + port())
                    + "\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
        }
    }

    @ParameterizedTest
    @CsvSource({"cross-site, 403", "same-site, 403", "same-origin, 200", "none, 200"})
    void shouldRefuseRequestsFromPagesOfOtherSites(String site, int status) throws Exception {
        assertEquals(
                status,
                send(as("ops", request(WRITE + "1")).header("Sec-Fetch-Site", site))
                        .statusCode());
    }

    private String raw(String request) throws IOException {
        return raw(port(), request);
    }

    private static String raw(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldAnswerRequestThatComesBeforeJsonIsReady() throws Exception {
        // sent the moment the connector is open; Jolokia takes a quarter of a second to start
        assertEquals(200L, ((Number) json(request("/jolokia/version")).get("status")).longValue());
    }

    @Test
    void shouldServeEveryFileThatThePageNames() throws Exception {
        var named = Pattern.compile("(?:href|src)=\"(/[^\"#]*)\"|from \"\\./([^\"]+)\"");
        Set<String> seen = new LinkedHashSet<>(Set.of("/"));
        Deque<String> next = new ArrayDeque<>(seen);
        int bytes = 0;
        while (!next.isEmpty()) {
            String path = next.pop();
            if (path.startsWith("/jolokia")) {
                continue;
            }
            HttpResponse<byte[]> packed = client.send(
                    request(path).header("Accept-Encoding", "br, gzip").build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(200, packed.statusCode(), path);
            String text = send(request(path)).body();
            if (path.equals("/TCPPROBE-MIB.txt")) {
                assertTrue(text.startsWith("TCPPROBE-MIB DEFINITIONS"), text);
                continue;
            }
            assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElse(""), path);
            bytes += packed.body().length;
            assertEquals(
                    text,
                    new String(
                            new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(),
                            StandardCharsets.UTF_8));
            named.matcher(text).results().forEach(found -> {
                String name = found.group(1) == null ? "/page/" + found.group(2) : found.group(1);
                if (seen.add(name)) {
                    next.push(name);
                }
            });
        }
        assertTrue(
                seen.containsAll(List.of("/page/main.js", "/page/flows.js", "/page/uPlot.iife.min.js")),
                seen::toString);
        for (String path : PageFiles.load().paths()) {
            assertTrue(seen.contains(path), path + " is not used");
        }
        assertTrue(bytes < 150_000, bytes + " bytes");
    }

    @Test
    void shouldServeFilesOfThePageOnly() throws Exception {
        for (String path : List.of(
                "/page/",
                "/page",
                "/page/index.html",
                "/page/../Answer.class",
                "/page/%2e%2e/Answer.class",
                "/page//main.js",
                "/page/main.js/",
                "/page/MAIN.js",
                "/page/uPlot-LICENSE.txt",
                "/page/etc/passwd")) {
            assertEquals(404, send(request(path)).statusCode(), path);
        }
        assertEquals(
                405,
                send(request("/page/main.js").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode());
    }

    @Test
    void shouldAllowThePageItsOwnFilesOnly() throws Exception {
        HttpResponse<String> page = send(request("/"));
        String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
        for (String rule : List.of(
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "connect-src 'self'",
                "form-action 'none'")) {
            assertTrue(policy.contains(rule), policy);
        }
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals(
                "nosniff", page.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertFalse(
                Pattern.compile("<style|style=|\\son[a-z]+=|<script>")
                        .matcher(page.body())
                        .find(),
                "nothing inline");
        HttpResponse<String> json = send(request("/jolokia/version"));
        assertFalse(
                json.headers().firstValue("Content-Security-Policy").orElse("").contains("script-src"));
        assertEquals("no-store", json.headers().firstValue("Cache-Control").orElse(""));
    }

    @ParameterizedTest
    @CsvSource({"TAG,304", "W/TAG,304", "'\"other\", TAG',304", "*,304", "\"other\",200"})
    void shouldNotSendAFileThatTheBrowserHas(String known, int status) throws Exception {
        HttpResponse<String> first = send(request("/page/main.js"));
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertEquals("no-cache", first.headers().firstValue("Cache-Control").orElse(""));
        HttpResponse<String> again = send(request("/page/main.js").header("If-None-Match", known.replace("TAG", tag)));
        assertEquals(status, again.statusCode());
        assertEquals(status == 200 ? first.body() : "", again.body());
        assertEquals(tag, again.headers().firstValue("ETag").orElse(""));
        assertEquals(200, send(request("/page/main.js")).statusCode(), "the connection goes on");
    }

    @ParameterizedTest
    @CsvSource({"gzip;q=0,''", "gzip; q=0.0,''", "gzip;q=0.5,gzip", "GZIP,gzip", "identity,''", "br,''"})
    void shouldCompressForThoseWhoAccept(String accepted, String coding) throws Exception {
        HttpResponse<String> answer = send(request("/page/style.css").header("Accept-Encoding", accepted));
        assertEquals(coding, answer.headers().firstValue("Content-Encoding").orElse(""));
        assertEquals("Accept-Encoding", answer.headers().firstValue("Vary").orElse(""));
    }

    @Test
    void shouldKeep64BitCountersExact() throws Exception {
        String numbers = send(request("/jolokia/read/tcpprobe:type=TcpExt")).body();
        assertTrue(numbers.contains("\"Big\":" + BIG), numbers);
        assertTrue(numbers.contains("18446744073709551615"), numbers);
        String texts = send(request("/jolokia/read/tcpprobe:type=TcpExt?serializeLong=string"))
                .body();
        assertTrue(texts.contains("\"Big\":\"" + BIG + "\""), texts);
    }

    @Test
    void shouldReportTheAuthorOfAChangedSetting() throws Exception {
        assertEquals(200, send(as("ops", request(WRITE + "123"))).statusCode());
        assertEquals(123L, parts.settings().get(Settings.PROBETIME));
        assertEquals("http user ops from 127.0.0.1", parts.changes().getFirst().who());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"-1", "86400001", "1.5", "\"x\"", "null", "true", "[1]", "1e30", "99999999999999999999"})
    void shouldRefuseBadValueWithRangeAndUnit(String value) throws Exception {
        JSONObject answer = post(
                "ops",
                "{\"type\":\"write\",\"mbean\":\"tcpprobe:type=Settings\",\"attribute\":\"probetime\",\"value\":"
                        + value + "}");
        assertTrue(String.valueOf(answer.get("error")).contains("0..86400000 milliseconds"), answer.toJSONString());
        assertEquals(List.of(), parts.changes());
    }

    @Test
    void shouldChangeNothingInBulkWithoutWriteAccess() throws Exception {
        String bulk = "[{\"type\":\"read\",\"mbean\":\"tcpprobe:type=Agent\",\"attribute\":\"Source\"},"
                + "{\"type\":\"write\",\"mbean\":\"tcpprobe:type=Settings\",\"attribute\":\"port\",\"value\":9}]";
        String answer = send(request("/jolokia").POST(HttpRequest.BodyPublishers.ofString(bulk)))
                .body();
        assertTrue(answer.contains("\"diag\""), answer);
        assertTrue(answer.contains("\"status\":403"), answer);
        assertEquals(0L, parts.settings().get(Settings.PORT));
    }

    @Test
    void shouldNotConnectToTargetOfProxyRequest() throws Exception {
        JSONObject answer = post(
                null,
                "{\"type\":\"read\",\"mbean\":\"tcpprobe:type=Agent\",\"attribute\":\"Source\",\"target\":{\"url\":"
                        + "\"service:jmx:rmi:///jndi/rmi://127.0.0.1:1/jmxrmi\"}}");
        assertEquals("diag", answer.get("value")); // read here
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"rubbish", "{", "[[[[", "null", "{}", "[1]", "\"x\"", "{\"type\":\"nosuch\"}"})
    void shouldRefuseInvalidRequests(String body) throws Exception {
        assertEquals(
                400,
                send(request("/jolokia").POST(HttpRequest.BodyPublishers.ofString(body)))
                        .statusCode());
    }

    @Test
    void shouldRefuseDeepAndLargeBodies() throws Exception {
        assertEquals(
                400,
                send(request("/jolokia").POST(HttpRequest.BodyPublishers.ofString("[".repeat(50_000))))
                        .statusCode());
        byte[] large = new byte[64 * 1024 + 1];
        assertEquals(
                413,
                send(request("/jolokia").POST(HttpRequest.BodyPublishers.ofByteArray(large)))
                        .statusCode());
    }

    @Test
    void shouldRefuseTooManyRequestsInOne() throws Exception {
        String one = "{\"type\":\"version\"}";
        String fifty = "[" + (one + ",").repeat(49) + one + "]";
        assertEquals(
                200,
                send(request("/jolokia").POST(HttpRequest.BodyPublishers.ofString(fifty)))
                        .statusCode());
        String more = "[" + (one + ",").repeat(50) + one + "]";
        assertEquals(
                413,
                send(request("/jolokia").POST(HttpRequest.BodyPublishers.ofString(more)))
                        .statusCode());
    }

    @Test
    void shouldNotNameMBeansOfOtherDomains() throws Exception {
        for (String pattern : new String[] {"*:*", "java.*:*"}) {
            var answer = send(request("/jolokia/read/" + pattern + "?ignoreErrors=true"));
            assertEquals(403, answer.statusCode());
            assertFalse(answer.body().contains("com.sun.management"), answer.body());
        }
    }

    @Test
    void shouldFindFlowsOfConnectionsThatAreNew() throws Exception {
        try (Connection connection = Connection.open()) {
            connection.send(10_000);
            parts.pass(2);
            String flows =
                    send(request("/jolokia/read/tcpprobe:type=Flow,*/cwnd")).body();
            assertTrue(flows.contains(connection.clientEnd()), flows);
        }
    }

    @Test
    void shouldReportAPortInUse() {
        InetSocketAddress taken = connector.addresses().getFirst();
        var refused = assertThrows(ProblemException.class, () -> open(List.of(FREE, taken), ""));
        assertEquals("http tcp 127.0.0.1:" + port(), refused.problem().object());
    }

    @Test
    void shouldListenOnEveryAddressAndOnNoneWhenClosed() throws Exception {
        var two = List.of(FREE, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
        List<InetSocketAddress> addresses;
        try (HttpConnector second = open(two, "")) {
            addresses = second.addresses();
            for (InetSocketAddress address : addresses) {
                new Socket(address.getAddress(), address.getPort()).close();
            }
        }
        for (InetSocketAddress address : addresses) {
            assertThrows(IOException.class, () -> new Socket(address.getAddress(), address.getPort()).close());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // a header of the request | status
                "User-Agent: curl/7.88.1                 | 200",
                "User-Agent: Mozilla/5.0 (X11)           | 403",
                "Accept-Language: de                     | 403",
                "Accept: image/avif,image/webp,*/*       | 403",
                "Referer: http://evil.example/           | 403",
                "Sec-Fetch-Dest: image                   | 403",
                "Sec-Fetch-Site: cross-site              | 403",
                "Sec-Fetch-Site: same-origin             | 200"
            })
    void shouldNotLetImageOfAnotherSiteChangeAnything(String header, int status) throws Exception {
        String[] field = header.split(": ", 2);
        for (String change : new String[] {
            WRITE + "77",
            "/jolokia/exec/tcpprobe:type=Flows/deleteFlow/1/true",
            "/jolokia?p=" + WRITE.replace("/jolokia", "") + "77"
        }) {
            HttpResponse<String> answer = send(as("ops", request(change)).header(field[0], field[1]));
            assertEquals(status, answer.statusCode(), answer.body());
        }
        assertEquals(status == 200 ? 77L : 500L, parts.settings().get(Settings.PROBETIME));
        // what only reads is read, and a script of our own page or a POST writes
        int read = field[1].equals("cross-site") ? 403 : 200;
        assertEquals(
                read,
                send(as("ops", request("/jolokia/read/tcpprobe:type=Settings/probetime"))
                                .header(field[0], field[1]))
                        .statusCode());
        assertEquals(
                read,
                send(as("ops", request(WRITE + "78")).header(field[0], field[1]).header("X-Requested-With", "fetch"))
                        .statusCode());
        assertEquals(
                read,
                send(as("ops", request("/jolokia"))
                                .header(field[0], field[1])
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"type\":\"write\",\"mbean\":\"tcpprobe:type=Settings\",\"attribute\":\"probetime\",\"value\":79}")))
                        .statusCode());
        assertEquals(read == 200 ? 79L : 500L, parts.settings().get(Settings.PROBETIME));
    }

    @Test
    void shouldRefuseMissingAndDoubledHost() throws Exception {
        for (String head : List.of("GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n")) {
            String answer = raw(head + "Connection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.contains("\"status\":400"), answer);
        }
        assertTrue(raw("GET / HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void shouldAnswerHeadWithTheHeadersOfGet() throws Exception {
        for (String target : new String[] {
            "/", "/page/main.js", "/TCPPROBE-MIB.txt", "/jolokia/read/tcpprobe:type=Settings/probetime"
        }) {
            HttpResponse<String> head = send(request(target).method("HEAD", HttpRequest.BodyPublishers.noBody()));
            HttpResponse<String> get = send(request(target));
            assertEquals("", head.body());
            for (String name : List.of("Content-Type", "Content-Length", "Content-Security-Policy")) {
                assertEquals(get.headers().allValues(name), head.headers().allValues(name), name);
            }
        }
    }

    @Test
    void shouldShowStackTracesToUsersOnly() throws Exception {
        String bad = "/jolokia/exec/tcpprobe:type=Flows/top/nosuch/1?includeStackTrace=true&serializeException=true";
        String posted =
                "{\"type\":\"exec\",\"mbean\":\"tcpprobe:type=Flows\",\"operation\":\"top\",\"arguments\":[\"nosuch\",1],"
                        + "\"config\":{\"includeStackTrace\":\"true\",\"serializeException\":\"true\"}}";
        for (String user : new String[] {null, "see"}) {
            for (JSONObject answer : List.of(json(as(user, request(bad))), post(user, posted))) {
                assertTrue(String.valueOf(answer.get("error")).contains("nosuch"), answer::toJSONString);
                assertEquals(user != null, answer.containsKey("stacktrace"), answer::toJSONString);
                assertEquals(user != null, answer.containsKey("error_value"), answer::toJSONString);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // http.origins | Host | Origin | status
                "https://mon.example                          | mon.example         | https://mon.example      | 200",
                "https://mon.example                          | MON.example:8778    | https://mon.example      | 200",
                "https://a.example, https://mon.example:8443  | mon.example:8443    | https://mon.example:8443 | 200",
                "https://mon.example                          | 127.0.0.1           |                          | 200",
                "https://mon.example                          | evil.example        |                          | 403",
                "https://mon.example                          | mon.example         | https://evil.example     | 403",
                "https://mon.example                          | mon.example         | https://mon.example:1    | 403",
                "                                             | mon.example         | https://mon.example      | 403",
                "                                             | localhost           | https://localhost        | 403"
            })
    void shouldBeReachedAtOriginsThatAreSet(@Nullable String origins, String host, @Nullable String origin, int status)
            throws Exception {
        try (HttpConnector behindProxy = open(List.of(FREE), origins == null ? "" : origins)) {
            String answer = raw(
                    behindProxy.addresses().getFirst().getPort(),
                    "GET /jolokia/version HTTP/1.1\r\nHost: " + host + "\r\n"
                            + (origin == null ? "" : "Origin: " + origin + "\r\n") + "Connection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /jolokia/nosuch                                    |                       | 400",
                "POST   | /jolokia                                           | [[                    | 400",
                "GET    | /jolokia/write/tcpprobe:type=Settings/probetime/1  |                       | 403",
                "PUT    | /jolokia                                           |                       | 405",
                "POST   | /jolokia                                           | LISTS                 | 413"
            })
    void shouldReportErrorsToJsonClientsAsJson(String method, String target, @Nullable String body, int status)
            throws Exception {
        String content = "LISTS".equals(body) ? lists(50) : body == null ? "" : body;
        HttpResponse<String> answer =
                send(request(target).method(method, HttpRequest.BodyPublishers.ofString(content)));
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                "application/json; charset=utf-8",
                answer.headers().firstValue("Content-Type").orElse(""));
        JSONObject json = new JSONParser().parse(answer.body(), JSONObject.class);
        assertEquals((long) status, ((Number) json.get("status")).longValue());
        assertFalse(String.valueOf(json.get("error")).isEmpty());
    }

    private static String lists(int count) {
        return "[" + "{\"type\":\"list\"},".repeat(count - 1) + "{\"type\":\"list\"}]";
    }

    private HttpResponse<String> posted(String body) throws Exception {
        return send(request("/jolokia").POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void shouldListTwiceInOneRequestAndNotMore() throws Exception {
        assertEquals(200, posted(lists(2)).statusCode());
        assertEquals(413, posted(lists(3)).statusCode());
    }

    @Test
    void shouldFailBadRequestsOfAnArrayAlone() throws Exception {
        String good = "{\"type\":\"read\",\"mbean\":\"tcpprobe:type=Settings\",\"attribute\":\"probetime\"}";
        HttpResponse<String> answer = posted("[" + good + ",1,null,{\"type\":\"nosuch\"},{\"type\":\"read\"},{},"
                + "{\"type\":\"exec\",\"mbean\":\"java.lang:type=Memory\",\"operation\":\"gc\"}," + good + "]");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                List.of(200L, 400L, 400L, 400L, 400L, 400L, 403L, 200L),
                new JSONParser()
                        .parse(answer.body(), org.jolokia.json.JSONArray.class).stream()
                                .map(one -> ((Number) ((JSONObject) one).get("status")).longValue())
                                .toList());
    }

    @ParameterizedTest
    @CsvSource({"31, 400, other", "33, 400, nested", "4000, 400, nested", "32000, 400, nested"})
    void shouldRefuseJsonThatIsNestedDeeplyBeforeItIsParsed(int depth, int status, String why) throws Exception {
        HttpResponse<String> answer = posted("[".repeat(depth) + "]".repeat(depth));
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(!why.equals("nested") || answer.body().contains("nested more than 32 levels"), answer.body());
    }

    @Test
    void shouldRefuseTooManyValues() throws Exception {
        assertEquals(413, posted("[" + "1,".repeat(20_000) + "1]").statusCode());
    }

    @Test
    void shouldKeepAnswersWithinTheirShareOfTheHeap() throws Exception {
        HttpShare tiny = HttpShare.of(1 << 20, false); // 64 kB of answers
        try (HttpConnector poor = open(List.of(FREE), "", tiny)) {
            int port = poor.addresses().getFirst().getPort();
            for (String large : List.of("/jolokia/list", "/jolokia/list/java.lang")) {
                String answer = raw(
                        port,
                        "GET " + large
                                + " HTTP/1.1\r\nHost: a.b\r\nConnection: close\r\n\r\n".replace("a.b", "localhost"));
                assertTrue(answer.startsWith("HTTP/1.1 413 "), answer.substring(0, 200));
                assertTrue(answer.contains("\"error\""), answer);
            }
            String small = raw(port, "GET /jolokia/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertTrue(small.startsWith("HTTP/1.1 200 "), small);
            assertEquals(0, poor.answerBytes());
        }
    }

    private static HttpShare share(long workBytes, int passphrasesAtOnce) {
        return new HttpShare(
                USUAL.limits(),
                USUAL.answerBytes(),
                workBytes,
                USUAL.smallAtOnce(),
                USUAL.waiting(),
                USUAL.largeAtOnce(),
                USUAL.largeWaiting(),
                passphrasesAtOnce,
                USUAL.readers(),
                USUAL.maxWait());
    }

    /** What would take too much is refused before it is built: alone with status 413, in an array in its place. */
    @Test
    void shouldRefuseWhatWouldTakeTooMuchHeap() throws Exception {
        HttpShare none = share(1, USUAL.passphrasesAtOnce());
        try (HttpConnector poor = open(List.of(FREE), "", none)) {
            int port = poor.addresses().getFirst().getPort();
            String alone = raw(port, "GET /jolokia/list HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertTrue(alone.startsWith("HTTP/1.1 413 "), alone);
            String array = "[{\"type\":\"list\"},{\"type\":\"read\",\"mbean\":\"tcpprobe:*\"},{\"type\":\"version\"}]";
            String both = raw(
                    port,
                    "POST /jolokia HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                            + array.length() + "\r\n\r\n" + array);
            assertTrue(both.startsWith("HTTP/1.1 200 "), both);
            assertTrue(both.contains("would use more than 1 bytes"), both);
            assertEquals(3, both.split("\"status\":413", -1).length, both);
            assertTrue(both.contains("\"status\":200"), both);
        }
    }

    @Test
    void shouldRefuseTemporarilyWhenNoPassphraseCanBeChecked() throws Exception {
        HttpShare none = share(USUAL.workBytes(), 0);
        try (HttpConnector busy = open(List.of(FREE), "", none)) {
            String request = "GET /jolokia/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
            String credentials = "Authorization: " + basic(ServedParts.WRITER, ServedParts.PASSPHRASE) + "\r\n";
            int port = busy.addresses().getFirst().getPort();
            String answer = raw(port, request + credentials + "\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.contains("\r\nRetry-After: 1\r\n"), answer);
            assertTrue(raw(port, request + "\r\n").startsWith("HTTP/1.1 200 "), "who gives none is not concerned");
        }
    }

    @Test
    void shouldSendSmallResponsesWhileClientsHoldLargeOnes() throws Exception {
        HttpShare share = HttpShare.of(48 << 20, false); // 3 MB of answers
        List<Socket> holding = new ArrayList<>();
        try (HttpConnector poor = open(List.of(FREE), "", share)) {
            int port = poor.addresses().getFirst().getPort();
            for (int i = 0; i < 64; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
                holding.add(socket);
                socket.getOutputStream()
                        .write("GET /jolokia/list HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                String answer =
                        raw(port, "GET /jolokia/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
                assertTrue(poor.answerBytes() <= share.answerBytes(), () -> poor.answerBytes() + " bytes");
            }
            for (Socket socket : holding) {
                socket.close();
            }
            Waiting.until("all bytes to be given back", () -> poor.answerBytes() == 0);
            // and who asks now gets the list, once those that waited are done
            Waiting.until(
                    "the list",
                    () -> raw(port, "GET /jolokia/list HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                    answer -> answer.startsWith("HTTP/1.1 200 "));
        }
    }
}
