package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.about.DoorException;
import io.tcpprobe.agent.jmx.JmxDoor;
import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.Parts;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpDoorTest {
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final String WRITE = "/jolokia/write/tcpprobe:type=Settings/probetime/";
    private static final String BIG = "9007199254740993"; // 2^53 + 1: no double has it

    private final HttpClient client = HttpClient.newHttpClient();
    private Parts parts;
    private JmxDoor beans;
    private HttpDoor door;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("snmp"), "Tcp: MaxConn RetransSegs\nTcp: -1 7\n");
        Files.writeString(folder.resolve("netstat"), "TcpExt: Big Bigger\nTcpExt: " + BIG + " 18446744073709551615\n");
        parts = new Parts(folder, folder, Map.of(Settings.SNAPSHOTAGE, "0"));
        beans = parts.jmx();
        door = HttpDoor.open(
                List.of(FREE),
                parts.server(),
                parts.users(),
                parts.facts(),
                () -> "TCPPROBE-MIB DEFINITIONS",
                beans::looked);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        door.close();
        beans.close();
        parts.close();
    }

    private int port() {
        return door.addresses().getFirst().getPort();
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
        return request.header("Authorization", basic(pair[0], pair.length == 2 ? pair[1] : Parts.PASSPHRASE));
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
                "GET    | /nothing                                              |           |                     | 404",
                "GET    | /jolokiaX                                             |           |                     | 404",
                "POST   | /                                                     |           |                     | 405",
                "PUT    | /jolokia                                              |           |                     | 405",
                "DELETE | /jolokia/read/tcpprobe:type=Settings                  |           |                     | 405",
                "OPTIONS| /jolokia                                              |           |                     | 204",
                "OPTIONS| /jolokia                                              |           | http://evil.example | 403",
                "GET    | /jolokia                                              |           |                     | 200",
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
                "GET    | /jolokia/exec/tcpprobe:type=Flows/top/srtt/1          |           |                     | 403",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/top/srtt/1          | see       |                     | 403",
                "GET    | /jolokia/exec/tcpprobe:type=Flows/top/srtt/1          | ops       |                     | 200",
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
                status == 401 ? List.of(Gate.CHALLENGE) : List.of(),
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
    void shouldRefuseNamesThatAreMadeToPointHere(String host, int status) throws Exception {
        for (String target : new String[] {"/", "/jolokia/version"}) {
            String answer = raw("GET " + target + " HTTP/1.1\r\nHost: " + host.replace("PORT", "" + port())
                    + "\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
        }
    }

    @ParameterizedTest
    @CsvSource({"cross-site, 403", "same-site, 403", "same-origin, 200", "none, 200"})
    void shouldRefuseWhatOtherSitesPagesFetch(String site, int status) throws Exception {
        assertEquals(
                status,
                send(as("ops", request(WRITE + "1")).header("Sec-Fetch-Site", site))
                        .statusCode());
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldAnswerRequestThatComesBeforeJsonIsReady() throws Exception {
        // sent the moment the door is open; Jolokia takes a quarter of a second to start
        assertEquals(200L, ((Number) json(request("/jolokia/version")).get("status")).longValue());
    }

    @Test
    void shouldShowPageWithoutScriptsAndWithLinksThatWork() throws Exception {
        HttpResponse<String> page = send(request("/"));
        assertTrue(page.body().contains("1.2.3"), page.body());
        assertTrue(page.body().contains("bpf: &lt;not&gt; built"), page.body());
        assertTrue(
                page.headers().firstValue("Content-Security-Policy").orElse("").startsWith("default-src 'none'"));
        assertEquals(
                "nosniff", page.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertEquals("no-store", page.headers().firstValue("Cache-Control").orElse(""));
        List<String> links = new ArrayList<>();
        var matcher = java.util.regex.Pattern.compile("href=\"(/[^\"]*)\"").matcher(page.body());
        try (Connection connection = Connection.open()) {
            connection.send(1);
            parts.pass(2);
            while (matcher.find()) {
                links.add(matcher.group(1));
                HttpResponse<String> linked = send(request(matcher.group(1)));
                assertEquals(200, linked.statusCode(), matcher.group(1));
                assertTrue(
                        !matcher.group(1).startsWith("/jolokia")
                                || linked.body().contains("\"status\":200"),
                        linked.body());
            }
        }
        assertTrue(links.contains("/TCPPROBE-MIB.txt"));
        assertEquals(
                "TCPPROBE-MIB DEFINITIONS", send(request("/TCPPROBE-MIB.txt")).body());
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
    void shouldSayWhoChangedSetting() throws Exception {
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
    void shouldChangeNothingInBulkOfOneWhoMayNotWrite() throws Exception {
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
    void shouldRefuseWhatIsNoRequest(String body) throws Exception {
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
    void shouldServeOthersWhileManyClientsSendNothing() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port());
                slow.add(socket);
                socket.getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals(200, send(request("/jolokia/version")).statusCode());
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void shouldServeAgainAfterMoreClientsThanItTakes() throws Exception {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port());
            idle.add(socket);
            socket.getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
        }
        Socket refused = idle.getLast();
        refused.setSoTimeout(20_000);
        assertTrue(isClosed(refused));
        for (Socket socket : idle) {
            socket.close();
        }
        // the places are given back one by one
        String answer = "";
        for (int i = 0; i < 1000 && answer.isEmpty(); i++) {
            try {
                answer = raw("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            } catch (SocketException notYet) {
                Thread.sleep(10);
            }
        }
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void shouldSayWhichPortIsTaken() {
        InetSocketAddress taken = door.addresses().getFirst();
        var refused = assertThrows(
                DoorException.class,
                () -> HttpDoor.open(
                        List.of(FREE, taken), parts.server(), parts.users(), parts.facts(), () -> "", () -> {}));
        assertEquals("http tcp 127.0.0.1:" + port(), refused.problem().object());
    }

    @Test
    void shouldListenOnEveryAddressAndOnNoneWhenClosed() throws Exception {
        var two = List.of(FREE, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
        List<InetSocketAddress> addresses;
        try (HttpDoor second = HttpDoor.open(two, parts.server(), parts.users(), parts.facts(), () -> "", () -> {})) {
            addresses = second.addresses();
            for (InetSocketAddress address : addresses) {
                new Socket(address.getAddress(), address.getPort()).close();
            }
        }
        for (InetSocketAddress address : addresses) {
            assertThrows(IOException.class, () -> new Socket(address.getAddress(), address.getPort()).close());
        }
    }
}
