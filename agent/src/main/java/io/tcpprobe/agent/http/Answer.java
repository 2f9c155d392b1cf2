package io.tcpprobe.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer to a request.
 *
 * @param status of HTTP
 * @param type the media type
 * @param body the content
 * @param headers beside those that every answer has
 */
record Answer(int status, String type, byte[] body, Map<String, String> headers) {
    static final String JSON = "application/json; charset=utf-8";
    static final String HTML = "text/html; charset=utf-8";
    static final String TEXT = "text/plain; charset=utf-8";

    static Answer of(int status, String type, String body) {
        return new Answer(status, type, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** An error for a person, one line. */
    static Answer error(int status, String why) {
        return of(status, TEXT, why + "\n");
    }

    /** This answer with one more header. */
    Answer with(String header, String value) {
        return new Answer(status, type, body, Map.of(header, value));
    }
}
