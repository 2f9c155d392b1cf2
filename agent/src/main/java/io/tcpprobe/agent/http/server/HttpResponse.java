package io.tcpprobe.agent.http.server;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A response.
 *
 * @param status the status code
 * @param headers beside Content-Length, Connection and Date, which the server adds
 * @param body the content, in its order
 * @param released is run once when the content is no longer needed: it has been sent, or never will be
 */
public record HttpResponse(int status, Map<String, String> headers, List<ByteBuffer> body, Runnable released) {
    /** How many bytes the content has. */
    long length() {
        return body.stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
