package io.tcpprobe.agent.http.server;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A response.
 *
 * @param status the status code
 * @param headers the headers in addition to Content-Length, Connection and Date, which the server adds
 * @param body the content, in order
 * @param released run once when the content is no longer needed: it has been sent, or never will be
 */
public record HttpResponse(int status, Map<String, String> headers, List<ByteBuffer> body, Runnable released) {
    /** Returns the length of the content in bytes. */
    long length() {
        return body.stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
