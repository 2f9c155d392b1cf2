package io.tcpprobe.agent.http.server;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response.
 *
 * @param status the status code
 * @param headers the headers in addition to Content-Length, Connection and Date, which the server adds
 * @param body the content, in order
 * @param released run once when the content is no longer needed: it has been sent, or never will be
 * @param stream what follows the content, until the connection is closed; null if nothing does. The response has no Content-Length then
 */
public record HttpResponse(
        int status,
        Map<String, String> headers,
        List<ByteBuffer> body,
        Runnable released,
        @Nullable HttpStream stream) {
    /** Creates a response that ends with its content. */
    public HttpResponse(int status, Map<String, String> headers, List<ByteBuffer> body, Runnable released) {
        this(status, headers, body, released, null);
    }

    /** Returns the length of the content in bytes. */
    long length() {
        return body.stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
