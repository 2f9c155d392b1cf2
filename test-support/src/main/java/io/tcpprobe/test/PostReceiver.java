package io.tcpprobe.test;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on loopback that receives POSTs, and keeps those that it has accepted. */
public final class PostReceiver implements AutoCloseable {
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Request> accepted = new ArrayList<>();
    private final Reply reply;
    private final int port;
    private HttpServer server;
    private int attempts;

    /**
     * A request.
     *
     * @param path its path and query
     * @param type its media type
     * @param authorization the header; empty if there is none
     * @param body its content
     */
    public record Request(String path, String type, Optional<String> authorization, String body) {}

    /** Answers. */
    public interface Reply {
        /** Returns the status to answer this attempt with, from 1; or sends the answer and returns 0. */
        int status(int attempt, HttpExchange exchange) throws IOException;
    }

    /** Listens on loopback. */
    public PostReceiver(Reply reply) throws IOException {
        this.reply = reply;
        server = listen(0);
        port = server.getAddress().getPort();
    }

    private HttpServer listen(int at) throws IOException {
        HttpServer listening = HttpServer.create(new InetSocketAddress(LoopbackConnection.LOOPBACK, at), 0);
        listening.createContext("/", this::handle);
        listening.setExecutor(executor);
        listening.start();
        return listening;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int attempt;
        synchronized (this) {
            attempt = ++attempts;
        }
        int status = reply.status(attempt, exchange);
        // Nobody sees a request as accepted before its answer is sent: if this is stopped between the two, it comes
        // again.
        synchronized (this) {
            if (status != 0) {
                exchange.sendResponseHeaders(status, -1);
            }
            if (status / 100 == 2 || status == 0) {
                accepted.add(new Request(
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders().getFirst("Content-Type"),
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                        body));
            }
        }
        exchange.close();
    }

    /** Returns the URL with this path. */
    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Returns the requests that were answered with success. */
    public synchronized List<Request> accepted() {
        return List.copyOf(accepted);
    }

    /** Returns how many requests there were. */
    public synchronized int attempts() {
        return attempts;
    }

    /** Stops listening; its connections are closed. */
    public void stop() {
        server.stop(0);
    }

    /** Listens again, on the same port. */
    public void listenAgain() throws IOException {
        server = listen(port);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
