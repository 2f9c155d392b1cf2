package io.tcpprobe.agent.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tcpprobe.agent.about.AgentFacts;
import io.tcpprobe.agent.users.Caller;
import io.tcpprobe.config.AddressText;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes every request: finds what it is for, asks the gate, and sends the answer. */
final class Reception implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
    private static final String MIB = "/TCPPROBE-MIB.txt";
    private static final int LARGEST_BODY = 64 * 1024;

    /** Requests that ask which MBeans there are: list, search, and patterns. */
    private static final Pattern ASKS_NAMES = Pattern.compile("[*?]|list|search");

    private final HomePage page = HomePage.load();
    private final Gate gate;
    private final CompletableFuture<JsonDesk> desk;
    private final AgentFacts facts;
    private final Supplier<String> mib;
    private final Runnable looked;

    Reception(Gate gate, CompletableFuture<JsonDesk> desk, AgentFacts facts, Supplier<String> mib, Runnable looked) {
        this.gate = gate;
        this.desk = desk;
        this.facts = facts;
        this.mib = mib;
        this.looked = looked;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (RuntimeException failed) {
                LOG.warn("answer {} {}", exchange.getRequestMethod(), exchange.getRequestURI(), failed);
                answer = Answer.error(500, "the agent failed; its log says more");
            }
            send(exchange, answer);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String path = String.valueOf(exchange.getRequestURI().getPath());
        if (path.equals(HttpDoor.JOLOKIA) || path.startsWith(HttpDoor.JOLOKIA + "/")) {
            return json(exchange);
        }
        if (!path.equals("/") && !path.equals(MIB)) {
            return Answer.error(404, "there is nothing here; / links to what there is");
        }
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (!Gate.rightHost(exchange, host)) {
            return Answer.error(403, "Host is not this server's address");
        }
        return switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" ->
                path.equals("/")
                        ? Answer.of(200, Answer.HTML, page.of(facts, AddressText.of(exchange.getLocalAddress())))
                        : Answer.of(200, Answer.TEXT, mib.get());
            case "OPTIONS" -> Answer.of(204, Answer.TEXT, "").with("Allow", "GET, HEAD, OPTIONS");
            default -> Answer.error(405, "use GET").with("Allow", "GET, HEAD, OPTIONS");
        };
    }

    private Answer json(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("POST") && !method.equals("OPTIONS")) {
            return Answer.error(405, "use GET or POST").with("Allow", "GET, POST, OPTIONS");
        }
        return switch (gate.check(exchange)) {
            case Gate.Verdict.Out out -> out.answer();
            case Gate.Verdict.In in ->
                method.equals("OPTIONS")
                        ? Answer.of(204, Answer.TEXT, "").with("Allow", "GET, POST, OPTIONS")
                        : json(exchange, in.visitor());
        };
    }

    private Answer json(HttpExchange exchange, Visitor visitor) throws IOException {
        URI uri = exchange.getRequestURI();
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            return Answer.error(413, "the request is too large; send " + LARGEST_BODY + " bytes or less");
        }
        JsonDesk ready;
        try {
            ready = desk.join();
        } catch (CompletionException failed) {
            return Answer.error(503, "JSON is not served: " + failed.getCause());
        }
        boolean posted = exchange.getRequestMethod().equals("POST");
        if (ASKS_NAMES
                .matcher(posted ? new String(body, StandardCharsets.UTF_8) : uri.getPath())
                .find()) {
            looked.run();
        }
        return visitor.visit(() -> Caller.as(visitor.who(), () -> posted ? ready.post(uri, body) : ready.get(uri)));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.type());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        answer.headers().forEach(headers::set);
        boolean empty = answer.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), empty ? -1 : answer.body().length);
        if (!empty) {
            exchange.getResponseBody().write(answer.body());
        }
    }
}
