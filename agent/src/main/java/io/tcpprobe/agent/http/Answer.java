package io.tcpprobe.agent.http;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.http.server.HttpResponse;
import io.tcpprobe.agent.http.server.HttpStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a request.
 *
 * @param status the HTTP status code
 * @param type the media type
 * @param body the content
 * @param headers the headers in addition to those of every answer
 * @param released run once when the content is no longer needed
 * @param stream what follows the content, until the connection is closed; null if nothing does
 */
record Answer(
        int status,
        String type,
        List<ByteBuffer> body,
        Map<String, String> headers,
        Runnable released,
        @Nullable HttpStream stream) {
    static final String JSON = "application/json; charset=utf-8";
    static final String HTML = "text/html; charset=utf-8";
    static final String TEXT = "text/plain; charset=utf-8";

    /** Asks the client to try again. */
    static final Answer BUSY = jsonError(503, "too many or too large requests at once; try again later")
            .with("Retry-After", "1");

    private static final Map<String, String> COMMON = Map.of(
            "Cache-Control", "no-store",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Content-Security-Policy",
                    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

    /** Creates an answer that ends with its content. */
    Answer(int status, String type, List<ByteBuffer> body, Map<String, String> headers, Runnable released) {
        this(status, type, body, headers, released, null);
    }

    static Answer of(int status, String type, String body) {
        return of(status, type, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    static Answer of(int status, String type, ByteBuffer body) {
        return new Answer(status, type, List.of(body), Map.of(), () -> {});
    }

    /** Creates an error for people: one line of text. */
    static Answer error(int status, String why) {
        return of(status, TEXT, why + "\n");
    }

    /** Creates an error for JSON clients, in Jolokia's format. */
    static Answer jsonError(int status, String why) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("status", status);
        error.put("error", why);
        return of(status, JSON, JsonText.of(error));
    }

    /** Returns this answer with one more header. */
    Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, type, body, more, released, stream);
    }

    /** Returns this answer as the response to send. If that fails, as with a full heap, the answer has been released. */
    HttpResponse response() {
        boolean made = false;
        try {
            Map<String, String> all = new LinkedHashMap<>(COMMON);
            all.put("Content-Type", type);
            all.putAll(headers);
            HttpResponse response = new HttpResponse(status, all, body, released, stream);
            made = true;
            return response;
        } finally {
            if (!made) {
                released.run();
            }
        }
    }
}
