package io.tcpprobe.agent.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final int STREAM_BYTES = 4 << 20;

    private final List<Socket> clients = new ArrayList<>();
    private final BlockingQueue<HttpStream> streams = new LinkedBlockingQueue<>();
    private Duration heartbeatTime = LONG;
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> onGiveUp = new AtomicReference<>();
    private final Handler handler = new Handler();
    private @Nullable HttpServer server;

    /** Header fields that there is no memory to write. */
    private static final class FullHeap extends AbstractMap<String, String> {
        @Override
        public Set<Map.Entry<String, String>> entrySet() {
            throw new OutOfMemoryError("as the test wants it");
        }
    }

    /** Answers with the path, or with as many megabytes as it names. */
    private final class Handler implements HttpHandler {
        private boolean holding;
        private volatile boolean refusalFails;
        private final List<Runnable> held = new ArrayList<>();

        @Override
        public synchronized void handle(HttpRequest request, Consumer<HttpResponse> reply) {
            Runnable answer = () -> reply.accept(response(request.path()));
            if (holding) {
                held.add(answer);
            } else {
                answer.run();
            }
        }

        private HttpResponse response(String path) {
            List<ByteBuffer> body = new ArrayList<>();
            if (path.equals("/full")) {
                return new HttpResponse(200, new FullHeap(), body, released::incrementAndGet);
            }
            if (path.equals("/stream")) {
                HttpStream stream = new HttpStream(STREAM_BYTES, text("beat\n"), heartbeatTime);
                stream.send(text("first\n"));
                streams.add(stream);
                return new HttpResponse(200, Map.of(), List.of(text("body\n")), released::incrementAndGet, stream);
            }
            if (path.matches("/\\d+")) {
                for (int i = Integer.parseInt(path.substring(1)); i > 0; i--) {
                    body.add(ByteBuffer.wrap(new byte[1 << 20]));
                }
            } else {
                body.add(ByteBuffer.wrap(path.getBytes(StandardCharsets.UTF_8)));
            }
            return new HttpResponse(200, Map.of(), body, released::incrementAndGet);
        }

        @Override
        public HttpResponse refuse(int status, String why) {
            if (refusalFails) {
                throw new OutOfMemoryError("as the test wants it");
            }
            byte[] body = why.getBytes(StandardCharsets.UTF_8);
            return new HttpResponse(status, Map.of(), List.of(ByteBuffer.wrap(body)), released::incrementAndGet);
        }

        synchronized void hold() {
            holding = true;
        }

        synchronized int heldRequests() {
            return held.size();
        }

        synchronized void letGo() {
            holding = false;
            held.forEach(Runnable::run);
        }
    }

    private static HttpLimits limits(int connections, long requestBytes, Duration time) {
        return new HttpLimits(connections, requestBytes, time, time, time, time);
    }

    private HttpServer start(HttpLimits limits) throws IOException {
        HttpServer opened = HttpServer.open(limits, handler, new BoundedLog(System::nanoTime));
        opened.bind(new InetSocketAddress(LOOPBACK, 0));
        opened.start(onGiveUp::set);
        server = opened;
        return opened;
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
        assertEquals(null, onGiveUp.get());
    }

    private Socket send(HttpServer to, String text) throws IOException {
        Socket client = new Socket(LOOPBACK, to.addresses().getFirst().getPort());
        clients.add(client);
        client.setSoTimeout(60_000);
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return client;
    }

    private static String readAll(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void assertGet(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\n/"), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "G",
                "GET / HTTP/1.1\r\nHost: a\r\nX: ",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"
            })
    void shouldAnswerOthersOfTheSameAddressWhileSlowOnesFillIt(String begun) throws Exception {
        HttpServer full = start(limits(64, 1 << 20, LONG));
        for (int i = 0; i < 500; i++) {
            send(full, begun);
            if (i % 5 == 0) {
                assertGet(readAll(send(full, GET)));
            }
        }
        Waiting.until("not more connections than allowed", () -> full.connections() <= 64);
        assertGet(readAll(send(full, GET)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HT", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"})
    void shouldTimeOutSlowRequests(String begun) throws Exception {
        HttpServer timed = start(limits(64, 1 << 20, Duration.ofMillis(200)));
        Socket slow = send(timed, begun);
        assertTrue(readAll(slow).startsWith("HTTP/1.1 408 "));
        assertEquals("", readAll(send(timed, ""))); // nothing asked, nothing answered
        Socket dripping = send(timed, "GET / HTTP/1.1\r\nX: ");
        Waiting.until("a byte now and then does not help", () -> {
            try {
                dripping.getOutputStream().write('a');
                return dripping.getInputStream().available() > 0;
            } catch (SocketException closed) {
                return true;
            }
        });
    }

    @Test
    void shouldLimitTheBytesOfUnfinishedRequests() throws Exception {
        HttpServer limited = start(limits(1000, 1 << 20, LONG));
        String half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + "a".repeat(50_000);
        for (int i = 0; i < 100; i++) {
            send(limited, half);
        }
        Waiting.until("connections beyond a megabyte are closed", () -> limited.connections() <= (1 << 20) / 50_000);
        assertGet(readAll(send(limited, GET)));
    }

    @Test
    void shouldCloseClientsThatDoNotReadInTime() throws Exception {
        HttpServer timed = start(limits(64, 1 << 20, Duration.ofMillis(200)));
        send(timed, "GET /32 HTTP/1.1\r\nHost: a\r\n\r\n");
        Waiting.until("the response is released", () -> released.get() == 1);
    }

    @Test
    void shouldReleaseResponsesOfClientsThatAreGone() throws Exception {
        HttpServer holding = start(limits(64, 1 << 20, LONG));
        handler.hold();
        for (int i = 0; i < 5; i++) {
            send(holding, "GET /32 HTTP/1.1\r\nHost: a\r\n\r\n").close();
        }
        Waiting.until("the requests are here", () -> handler.heldRequests() == 5);
        handler.letGo();
        Waiting.until("the responses are released", () -> released.get() == 5);
        assertGet(readAll(send(holding, GET)));
    }

    @Test
    void shouldNotCloseConnectionsWhoseRequestsAreWorkedOn() throws Exception {
        HttpServer full = start(limits(16, 1 << 20, LONG));
        handler.hold();
        List<Socket> worked = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            worked.add(send(full, GET));
        }
        Waiting.until("the requests are here", () -> handler.heldRequests() == 15);
        for (int i = 0; i < 200; i++) {
            send(full, "G");
        }
        handler.letGo();
        for (Socket one : worked) {
            assertGet(readAll(one));
        }
    }

    @Test
    void shouldAnswerSeveralRequestsOfOneConnection() throws Exception {
        HttpServer plain = start(limits(64, 1 << 20, LONG));
        String answers = readAll(
                send(
                        plain,
                        "GET /a HTTP/1.1\r\nHost: a\r\n\r\nHEAD /bcd HTTP/1.1\r\nHost: a\r\n\r\nGET /e HTTP/1.0\r\n\r\nGET /never"));
        assertEquals(3, answers.split("HTTP/1.1 200 OK", -1).length - 1, answers);
        assertTrue(answers.contains("\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n/aHTTP"), answers);
        assertTrue(answers.contains("\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nHTTP"), answers);
        assertTrue(answers.endsWith("\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/e"), answers);
    }

    @Test
    void shouldRequestAnnouncedContent() throws Exception {
        HttpServer plain = start(limits(64, 1 << 20, LONG));
        Socket client = send(
                plain,
                "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\nConnection: close\r\n\r\n");
        String interim = "HTTP/1.1 100 Continue\r\n\r\n";
        assertEquals(interim, new String(client.getInputStream().readNBytes(interim.length()), StandardCharsets.UTF_8));
        client.getOutputStream().write('a');
        assertTrue(readAll(client).startsWith("HTTP/1.1 200 OK"));
    }

    @Test
    void shouldLetClientReadWhyItsRequestIsRefused() throws Exception {
        HttpServer plain = start(limits(64, 1 << 20, LONG));
        Socket client =
                send(plain, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + "a".repeat(300_000));
        assertTrue(readAll(client).startsWith("HTTP/1.1 413 Content Too Large"));
    }

    @Test
    void shouldSendLargeResponsesWhole() throws Exception {
        HttpServer plain = start(limits(64, 1 << 20, LONG));
        Socket client = send(plain, "GET /24 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertTrue(client.getInputStream().readAllBytes().length > 24 << 20);
        Waiting.until("the response is released", () -> released.get() == 1);
    }

    @Test
    void shouldLoseOnlyTheConnectionWhoseResponseCannotBeSent() throws Exception {
        HttpServer plain = start(limits(64, 1 << 20, LONG));
        for (int i = 1; i <= 30; i++) { // more than VitalThread goes on after
            assertEquals("", readAll(send(plain, "GET /full HTTP/1.1\r\nHost: a\r\n\r\n")));
            int closed = i;
            Waiting.until("the response is released", () -> released.get() == closed);
        }
        assertGet(readAll(send(plain, GET)));
    }

    @Test
    void shouldCloseConnectionsInTimeIfSendingTheErrorFails() throws Exception {
        HttpServer timed = start(limits(64, 1 << 20, Duration.ofMillis(200)));
        handler.refusalFails = true;
        List<Socket> late = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            late.add(send(timed, "GET / HT"));
        }
        for (Socket one : late) {
            assertEquals("", readAll(one));
        }
        assertGet(readAll(send(timed, GET)));
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private Socket openStream(HttpServer to, String version) throws IOException {
        return send(to, "GET /stream HTTP/" + version + "\r\nHost: a\r\n\r\n");
    }

    private HttpStream nextStream() throws InterruptedException {
        return Objects.requireNonNull(streams.poll(30, TimeUnit.SECONDS));
    }

    /** Reads until the text ends so. */
    private static String readUntil(Socket client, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith(end)) {
            int character = client.getInputStream().read();
            assertTrue(character >= 0, () -> "ended after " + read);
            read.append((char) character);
        }
        return read.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1"})
    void shouldSendMessagesInOrderAfterTheBody(String version) throws Exception {
        Socket client = openStream(start(limits(64, 1 << 20, LONG)), version);
        HttpStream stream = nextStream();
        for (int i = 0; i < 1000; i++) {
            assertTrue(stream.send(text(i + "\n")));
        }
        String answer = readUntil(client, "\n999\n");
        String expected = IntStream.range(0, 1000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        assertTrue(answer.endsWith("\r\nConnection: close\r\n\r\nbody\nfirst\n" + expected), answer);
        assertFalse(answer.contains("Content-Length"), answer);
        client.close();
        Waiting.until("the server notices that the client has left", () -> released.get() == 1);
    }

    @Test
    void shouldAnswerHeadOfAStreamWithoutMessages() throws Exception {
        String answer = readAll(send(start(limits(64, 1 << 20, LONG)), "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n"));
        assertTrue(answer.endsWith("\r\n\r\n"), answer);
        assertFalse(answer.contains("Content-Length"), answer);
        assertEquals(1, released.get());
    }

    @Test
    void shouldSendHeartbeatsToAQuietStream() throws Exception {
        heartbeatTime = Duration.ofMillis(200);
        Socket client = openStream(start(limits(64, 1 << 20, LONG)), "1.1");
        readUntil(client, "body\nfirst\nbeat\nbeat\n");
        nextStream().send(text("more\n"));
        readUntil(client, "more\nbeat\n");
    }

    @Test
    void shouldCloseAStreamWhoseClientDoesNotReadInTime() throws Exception {
        openStream(start(limits(64, 1 << 20, Duration.ofMillis(200))), "1.1");
        HttpStream stream = nextStream();
        assertTrue(stream.send(ByteBuffer.allocate(STREAM_BYTES / 2)));
        Waiting.until("closed", () -> released.get() == 1);
    }

    @Test
    void shouldCloseAStreamWithTooManyMessagesThatWait() throws Exception {
        Socket client = openStream(start(limits(64, 1 << 20, LONG)), "1.1");
        HttpStream stream = nextStream();
        Waiting.until("it is too slow", () -> !stream.send(ByteBuffer.allocate(1 << 20)));
        Waiting.until("closed", () -> released.get() == 1);
        assertTrue(client.getInputStream().readAllBytes().length < 2 * STREAM_BYTES);
    }

    @Test
    void shouldCloseAStreamWhoseClientSends() throws Exception {
        Socket client = openStream(start(limits(64, 1 << 20, LONG)), "1.1");
        readUntil(client, "first\n");
        Waiting.until("closed", () -> {
            try {
                client.getOutputStream().write(new byte[1024]);
            } catch (SocketException closed) {
                return true;
            }
            return released.get() == 1;
        });
    }

    @Test
    void shouldKeepStreamsWhenThereAreTooManyConnections() throws Exception {
        HttpServer full = start(limits(16, 1 << 20, LONG));
        Socket client = openStream(full, "1.1");
        HttpStream stream = nextStream();
        readUntil(client, "first\n");
        for (int i = 0; i < 200; i++) {
            send(full, "G");
        }
        assertGet(readAll(send(full, GET)));
        assertTrue(stream.send(text("still here\n")));
        readUntil(client, "still here\n");
    }

    @Test
    void shouldCloseStreamsWhenItIsClosed() throws Exception {
        HttpServer closing = start(limits(64, 1 << 20, LONG));
        Socket client = openStream(closing, "1.1");
        readUntil(client, "first\n");
        closing.close();
        assertEquals("", readAll(client));
        assertEquals(1, released.get());
        assertTrue(nextStream().send(text("to nobody\n")), "nothing is thrown");
    }
}
