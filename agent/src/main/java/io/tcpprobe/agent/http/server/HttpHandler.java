package io.tcpprobe.agent.http.server;

import java.util.function.Consumer;

/** Answers requests. */
public interface HttpHandler {
    /**
     * Handles a complete request. Called by the thread that serves all connections, and must not block it.
     *
     * @param reply accepts the response, once, in any thread
     */
    void handle(HttpRequest request, Consumer<HttpResponse> reply);

    /**
     * Returns the response to a request that cannot be handled.
     *
     * @param status 400, 408, 413 ...
     * @param why the reason for people, one line
     */
    HttpResponse refuse(int status, String why);
}
