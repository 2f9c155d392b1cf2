package io.tcpprobe.agent.webhook;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProcessUser;
import io.tcpprobe.config.StateFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Posts bodies, each once. It follows no redirect, and reads the beginning of an answer only. */
final class WebhookClient implements AutoCloseable {
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]{0,8190}[!-~])?");

    /** Request Timeout and Too Many Requests; the others from 400 to 499 will be the same next time. */
    private static final Set<Integer> RETRIED = Set.of(408, 429);

    private final HttpClient client;
    private final Optional<Path> authorization;

    /** What has become of a POST. */
    sealed interface Outcome {
        /** The receiver has accepted it. */
        record Accepted() implements Outcome {}

        /** It may be accepted later. */
        record Later(String why) implements Outcome {}

        /** It will never be accepted. */
        record Refused(String why) implements Outcome {}
    }

    /**
     * Creates a client.
     *
     * @param authorization the file with the value of the header Authorization; it is read for each request, so it may be replaced
     * @param connect maximum time of a connect
     */
    WebhookClient(Optional<Path> authorization, Duration connect) {
        this.authorization = authorization;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connect)
                .build();
    }

    /**
     * Returns the value of the header Authorization; empty if there is no such file.
     *
     * @throws IOException if the file cannot be used; the message has the reason
     */
    Optional<String> authorization() throws IOException {
        if (authorization.isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = StateFiles.secretLines(authorization.get(), ProcessUser.effectiveId()).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (lines.size() != 1 || !HEADER_VALUE.matcher(lines.getFirst()).matches()) {
            throw new IOException("it is not one line of visible characters");
        }
        return Optional.of(lines.getFirst());
    }

    /**
     * Posts a body.
     *
     * @param limit maximum time until the answer has been received
     * @throws InterruptedException if this thread is interrupted; the request is cancelled
     */
    Outcome post(URI to, String contentType, String body, Duration limit) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(to)
                .timeout(limit)
                .header("Content-Type", contentType)
                .header("User-Agent", EventOrigin.PROGRAM + "/" + AgentFacts.builtVersion())
                .POST(HttpRequest.BodyPublishers.ofString(body));
        try {
            authorization().ifPresent(value -> request.header("Authorization", value));
        } catch (IOException failed) {
            return new Outcome.Later("the file with its authorization: " + Problem.cause(failed));
        }
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request.build(), _ -> new AnswerStart());
        try {
            return outcome(answer.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            return new Outcome.Later("no answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException failed) {
            return new Outcome.Later(String.valueOf(failed.getCause()));
        } finally {
            answer.cancel(true); // no effect if it has been received
        }
    }

    private static Outcome outcome(HttpResponse<String> answer) {
        int status = answer.statusCode();
        String why = "status " + status + ' ' + Problem.quote(answer.body());
        return switch (status / 100) {
            case 2 -> new Outcome.Accepted();
            case 5 -> new Outcome.Later(why);
            case 3 -> new Outcome.Refused("status " + status + ": redirects are not followed");
            default -> RETRIED.contains(status) ? new Outcome.Later(why) : new Outcome.Refused(why);
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
