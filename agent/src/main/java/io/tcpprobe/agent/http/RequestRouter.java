package io.tcpprobe.agent.http;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.core.RequestCounts;
import io.tcpprobe.agent.http.server.HttpHandler;
import io.tcpprobe.agent.http.server.HttpRequest;
import io.tcpprobe.agent.http.server.HttpResponse;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.agent.users.Caller;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes every request: finds its resource, checks it with {@link RequestGuard}, and sends the answer. A few threads answer most
 * requests; fewer other threads answer those whose answers may be large, so that these never delay the small ones, and one thread answers
 * those for metrics.
 */
final class RequestRouter implements HttpHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRouter.class);
    private static final String MIB = "/TCPPROBE-MIB.txt";

    /** Created in advance: it is sent when there may be no memory for another response. */
    private static final HttpResponse BUSY_RESPONSE = Answer.BUSY.response();

    private static final HttpResponse FAILED_RESPONSE =
            Answer.jsonError(500, "internal error; see the agent's log").response();

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "OPTIONS");
    private static final String ALLOWED = "GET, HEAD, POST, OPTIONS";
    private static final Set<String> READS = Set.of("GET", "HEAD");
    private static final String READS_ALLOWED = "GET, HEAD, OPTIONS";

    /** The header by which browsers resume a stream; a page that opens a new one can only use the parameter. */
    private static final String LAST_ID = "Last-Event-ID";

    private static final String LAST_ID_PARAMETER = "lastEventId";
    private static final long START_TIMEOUT_SECONDS = 10;

    /** Compressed at the first request: a start does not wait for it. */
    private final Lazy<PageFiles> page = new Lazy<>(PageFiles::load);

    private final RequestGuard guard;
    private final CompletableFuture<JolokiaAdapter> adapter;
    private final HttpContent content;
    private final HttpShare share;
    private final BoundedLog log;
    private final ByteBudget budget;
    private final Workers small;
    private final Workers large;
    private final Workers metrics;

    RequestRouter(
            RequestGuard guard,
            CompletableFuture<JolokiaAdapter> adapter,
            HttpContent content,
            HttpShare share,
            BoundedLog log) {
        this.guard = guard;
        this.adapter = adapter;
        this.content = content;
        this.share = share;
        this.log = log;
        this.budget = new ByteBudget(share.answerBytes());
        this.small = new Workers("tcpprobe-http-small", share.smallAtOnce(), share.waiting());
        this.large = new Workers("tcpprobe-http-large", share.largeAtOnce(), share.largeWaiting());
        this.metrics = new Workers("tcpprobe-http-metrics", 1, share.largeWaiting());
    }

    /** Returns the threads that answer requests, which must make progress. */
    List<VitalPart> vitalParts() {
        return List.of(small.vitalPart(), large.vitalPart(), metrics.vitalPart());
    }

    @Override
    public void handle(HttpRequest request, Consumer<HttpResponse> reply) {
        long begin = System.nanoTime();
        content.counts().add(RequestCounts.Protocol.HTTP);
        if (!small.take(request.client(), () -> work(request, begin, () -> route(request), reply))) {
            reply.accept(BUSY_RESPONSE);
        }
    }

    @Override
    public HttpResponse refuse(int status, String why) {
        return Answer.jsonError(status, why).response();
    }

    /** The next step of a request. */
    private sealed interface Route {
        /** The request has been answered. */
        record Now(Answer answer) implements Route {
            /** Creates the route; releases the answer if there is no memory for it. */
            static Now of(Answer answer) {
                try {
                    return new Now(answer);
                } catch (OutOfMemoryError full) {
                    answer.released().run();
                    throw full;
                }
            }
        }

        /** The request continues on other threads: those for large answers, or for metrics. */
        record Later(Workers threads, Work work) implements Route {}
    }

    @FunctionalInterface
    private interface Work {
        Route run() throws IOException;
    }

    /** Processes a request until it is answered or passed on; it always does one of both. */
    private void work(HttpRequest request, long begin, Work work, Consumer<HttpResponse> reply) {
        HttpResponse response = BUSY_RESPONSE;
        try {
            if (System.nanoTime() - begin < share.maxWait().toNanos()) {
                switch (work.run()) {
                    case Route.Now now -> response = now.answer.response();
                    case Route.Later later -> {
                        if (later.threads.take(request.client(), () -> work(request, begin, later.work, reply))) {
                            return;
                        }
                    }
                }
            }
        } catch (IOException | RuntimeException | StackOverflowError failed) {
            report(request, failed);
            response = FAILED_RESPONSE;
        } catch (OutOfMemoryError full) {
            report(request, full);
        } catch (Error failed) { // a class that cannot be loaded: without a reply the connection would never be closed
            report(request, failed);
            response = FAILED_RESPONSE;
        }
        reply.accept(response);
    }

    private void report(HttpRequest request, Throwable failed) {
        try {
            log.warn(
                    LOG,
                    "answer by http: " + failed.getClass().getSimpleName(),
                    "",
                    "answer " + request.method() + " by http: " + BoundedLog.brief(failed));
            LOG.debug("answer {} {}", request.method(), request.path(), failed);
        } catch (OutOfMemoryError _) {
            return; // the client still gets an answer
        }
    }

    private Route route(HttpRequest request) throws IOException {
        String path = request.path();
        if (path.equals(HttpConnector.JOLOKIA) || path.startsWith(HttpConnector.JOLOKIA + "/")) {
            return json(request);
        }
        if (path.equals(HttpConnector.EVENTS)) {
            return Route.Now.of(events(request));
        }
        if (path.equals(MetricsResource.PATH) && content.metrics().on().getAsBoolean()) {
            return metrics(request);
        }
        return new Route.Now(page(request, path));
    }

    /** Answers on a thread of its own: neither large answers nor many scrapes delay the other. */
    private Route metrics(HttpRequest request) {
        boolean options = request.method().equals("OPTIONS");
        if (!options && !READS.contains(request.method())) {
            return new Route.Now(Answer.error(405, "use GET").with("Allow", READS_ALLOWED));
        }
        return switch (guard.check(request)) {
            case RequestGuard.Verdict.Out out -> new Route.Now(out.answer());
            case RequestGuard.Verdict.In in ->
                options
                        ? new Route.Now(Answer.of(204, Answer.TEXT, "").with("Allow", READS_ALLOWED))
                        : new Route.Later(
                                metrics,
                                () -> Route.Now.of(answer(
                                        request,
                                        buffer -> Caller.as(
                                                in.principal().who(),
                                                () -> content.metrics().answer(request, buffer)))));
        };
    }

    private Answer page(HttpRequest request, String path) {
        if (!page.get().has(path) && !path.equals(MIB)) {
            return Answer.error(404, "not found; / is the page for people");
        }
        if (!guard.hasAllowedHost(request)) {
            return Answer.error(403, "Host is not this server's address; see the setting http.origins");
        }
        return switch (request.method()) {
            case "GET", "HEAD" ->
                page.get()
                        .answer(path, request)
                        .orElseGet(
                                () -> Answer.of(200, Answer.TEXT, content.mib().get()));
            case "OPTIONS" -> Answer.of(204, Answer.TEXT, "").with("Allow", READS_ALLOWED);
            default -> Answer.error(405, "use GET").with("Allow", READS_ALLOWED);
        };
    }

    private Answer events(HttpRequest request) {
        boolean options = request.method().equals("OPTIONS");
        if (!options && !READS.contains(request.method())) {
            return Answer.jsonError(405, "use GET").with("Allow", READS_ALLOWED);
        }
        return switch (guard.check(request)) {
            case RequestGuard.Verdict.Out out -> out.answer();
            case RequestGuard.Verdict.In _ ->
                options
                        ? Answer.of(204, Answer.TEXT, "").with("Allow", READS_ALLOWED)
                        : events(request, content.events());
        };
    }

    private static Answer events(HttpRequest request, EventReaders readers) {
        if (request.method().equals("HEAD")) {
            return readers.head();
        }
        try {
            String[] inQuery = Query.parameters(request.query()).getOrDefault(LAST_ID_PARAMETER, new String[] {""});
            String lastId = request.header(LAST_ID).orElse(inQuery[0]);
            return readers.join(request.client(), Optional.of(lastId).filter(id -> !id.isEmpty()));
        } catch (RequestRefusedException refused) {
            return refused.answer();
        }
    }

    private Route json(HttpRequest request) throws IOException {
        if (!METHODS.contains(request.method())) {
            return new Route.Now(Answer.jsonError(405, "use GET or POST").with("Allow", ALLOWED));
        }
        return switch (guard.check(request)) {
            case RequestGuard.Verdict.Out out -> new Route.Now(out.answer());
            case RequestGuard.Verdict.In in ->
                request.method().equals("OPTIONS")
                        ? new Route.Now(Answer.of(204, Answer.TEXT, "").with("Allow", ALLOWED))
                        : json(request, in.principal());
        };
    }

    private Route json(HttpRequest request, Principal principal) throws IOException {
        Query query;
        JolokiaAdapter ready;
        try {
            query = Query.of(request, principal.known());
            ready = adapter.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (RequestRefusedException refused) {
            return new Route.Now(refused.answer());
        } catch (ExecutionException failed) {
            return new Route.Now(Answer.jsonError(503, "JSON is not served: " + failed.getCause()));
        } catch (TimeoutException | InterruptedException starting) {
            return new Route.Now(Answer.BUSY);
        }
        if (query.isLarge()) {
            return new Route.Later(large, () -> Route.Now.of(answer(request, principal, query, ready)));
        }
        return Route.Now.of(answer(request, principal, query, ready));
    }

    private Answer answer(HttpRequest request, Principal principal, Query query, JolokiaAdapter ready)
            throws IOException {
        if (query.needsNames()) {
            content.onAccess().run();
        }
        return answer(
                request,
                buffer -> principal.visit(() -> Caller.as(principal.who(), () -> ready.answer(query, buffer))));
    }

    @FunctionalInterface
    private interface BufferedWork {
        Answer answer(AnswerBuffer buffer) throws IOException;
    }

    /** Returns an answer that is written to a buffer, or the error in its place. */
    private Answer answer(HttpRequest request, BufferedWork work) throws IOException {
        AnswerBuffer buffer = new AnswerBuffer(budget, request.client());
        boolean answered = false;
        try {
            Answer answer = work.answer(buffer);
            answered = true;
            return answer;
        } catch (AnswerBuffer.TooLargeException large) {
            return Answer.jsonError(large.temporary() ? 503 : 413, large.getMessage() + "; request less at once");
        } finally {
            if (!answered) {
                buffer.release();
            }
        }
    }

    /** Returns the bytes used by answers that are being built or sent. */
    long answerBytes() {
        return budget.taken();
    }

    @Override
    public void close() {
        small.close();
        large.close();
        metrics.close();
    }
}
