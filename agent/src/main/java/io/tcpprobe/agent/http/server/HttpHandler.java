package io.tcpprobe.agent.http.server;

import java.util.function.Consumer;

/** Answers requests. */
public interface HttpHandler {
    /**
     * A request has been read whole. Called by the thread that serves all connections, and must not block it.
     *
     * @param reply takes the response, once, in whatever thread
     */
    void handle(HttpRequest request, Consumer<HttpResponse> reply);

    /**
     * The response to what is not a request that can be handled.
     *
     * @param status 400, 408, 413 ...
     * @param why for a person, one line
     */
    HttpResponse refuse(int status, String why);
}
