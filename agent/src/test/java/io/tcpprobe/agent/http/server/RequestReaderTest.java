package io.tcpprobe.agent.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
    private static final String HOST = "Host: a\r\n";

    /** All requests in some bytes that come in pieces of this size. */
    private static List<HttpRequest> read(String text, int piece) throws BadRequestException {
        RequestReader reader = new RequestReader();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        List<HttpRequest> requests = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += piece) {
            reader.add(ByteBuffer.wrap(bytes, from, Math.min(piece, bytes.length - from)));
            for (HttpRequest next = reader.next(HERE, HERE); next != null; next = reader.next(HERE, HERE)) {
                requests.add(next);
            }
        }
        return requests;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100_000})
    void shouldReadRequestsInPiecesOfAnySize(int piece) throws Exception {
        List<HttpRequest> requests = read(
                "\r\nGET /a%20b?c=%20 HTTP/1.1\r\n" + HOST + "X-y:  z \r\n\r\n"
                        + "POST /p HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\nConnection: close\r\n\r\n{ }"
                        + "POST /p HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"
                        + "2\r\nab\r\n1;x=y\r\nc\r\n0\r\nTrailer: t\r\n\r\n"
                        + "GET http://a/q HTTP/1.1\r\n" + HOST + "\r\n"
                        + "GET //b/q HTTP/1.0\r\n\r\n"
                        + "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n",
                piece);
        assertEquals(
                List.of("/a b", "/p", "/p", "/q", "//b/q", "*"),
                requests.stream().map(HttpRequest::path).toList());
        assertEquals("c=%20", requests.getFirst().query());
        assertEquals("z", requests.getFirst().header("x-Y").orElse(""));
        assertArrayEquals(
                "{ }".getBytes(StandardCharsets.US_ASCII), requests.get(1).body());
        assertArrayEquals(
                "abc".getBytes(StandardCharsets.US_ASCII), requests.get(2).body());
        assertEquals(
                List.of(true, false, true, true, false, true),
                requests.stream().map(HttpRequest::keepAlive).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1~~                                                              | 400",
                "GET / HTTP/1.1~Host: a~Host: a~~                                              | 400",
                "GET / HTTP/1.0~Host: a~Host: b~~                                              | 400",
                "GET / HTTP/1.1~Host: a b~~                                                    | 400",
                "GET / HTTP/1.1~Host: a/b~~                                                    | 400",
                "GET http://b/ HTTP/1.1~Host: a~~                                              | 400",
                "GET /^ HTTP/1.1~Host: a~~ | 400",
                "GET  / HTTP/1.1~Host: a~~                                                     | 400",
                "GET / HTTP/1.1~Host : a~~                                                     | 400",
                "GET / HTTP/1.1~Host: a~X: y~ z~~                                              | 400",
                "GET / HTTP/1.1~Host: a~X: y\u0001~~                                           | 400",
                "GET / HTTP/2.0~Host: a~~                                                      | 505",
                "PRI * HTTP/2.0~~                                                              | 505",
                "\u0016\u0003\u0001~~                                                          | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 1~~x                | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: +1~~x                                 | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 65537~~                               | 413",
                "POST / HTTP/1.1~Host: a~Content-Length: 999999999999999999~~                  | 413",
                "POST / HTTP/1.1~Host: a~Content-Length: 1~Transfer-Encoding: chunked~~        | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~                    | 501",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~x~                        | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~1~ab~                     | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~fffffff~                  | 413",
                "POST / HTTP/1.1~Host: a~Expect: miracles~Content-Length: 1~~                  | 417",
                "GET / HTTP/1.1%Host: a%% | 400",
                "~~~~~~                                                                        | 400"
            },
            ignoreLeadingAndTrailingWhitespace = false)
    void shouldRefuseAmbiguousRequests(String text, String status) {
        String request = text.stripTrailing().replace("~", "\r\n").replace("%", "\n");
        for (int piece : new int[] {1, 100_000}) {
            BadRequestException refused = assertThrows(BadRequestException.class, () -> read(request, piece), text);
            assertEquals(Integer.parseInt(status.strip()), refused.status(), refused::getMessage);
        }
    }

    @Test
    void shouldRefuseHeadsThatDoNotEnd() {
        assertEquals(431, refusal("GET / HTTP/1.1\r\nX: " + "a".repeat(HttpLimits.HEAD_BYTES)));
        assertEquals(431, refusal("GET / HTTP/1.1\r\n" + HOST + "X: y\r\n".repeat(101) + "\r\n"));
        assertEquals(
                413,
                refusal("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"
                        + "1\r\na\r\n".repeat(HttpLimits.BODY_BYTES + 1)));
    }

    private static int refusal(String text) {
        return assertThrows(BadRequestException.class, () -> read(text, 1000)).status();
    }

    @Test
    void shouldThrowOnlyRefusalsOnRandomInput() {
        long seed = 20261126;
        Random random = new Random(seed);
        String valid = "POST /p HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.getBytes(StandardCharsets.ISO_8859_1);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            if (outcome(text, bytes.length) != null) {
                refused++;
            }
            assertEquals(outcome(text, bytes.length), outcome(text, 1), () -> "seed " + seed + ": " + text);
        }
        assertTrue(refused > 1000, "refused " + refused);
    }

    private static @Nullable Integer outcome(String text, int piece) {
        try {
            read(text, piece);
            return null;
        } catch (BadRequestException bad) {
            return bad.status();
        }
    }

    @Test
    void shouldHoldLittleMemoryForASlowClient() throws Exception {
        RequestReader reader = new RequestReader();
        assertEquals(0, reader.heldBytes());
        reader.add(ByteBuffer.wrap(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n{".getBytes(StandardCharsets.US_ASCII)));
        assertNull(reader.next(HERE, HERE));
        assertTrue(reader.heldBytes() <= 512, () -> reader.heldBytes() + " bytes");
    }
}
