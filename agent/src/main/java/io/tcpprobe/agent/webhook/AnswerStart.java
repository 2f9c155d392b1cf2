package io.tcpprobe.agent.webhook;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Receives the first bytes of an answer, for the log, and ends the reading of one that is longer than an answer needs to be. */
final class AnswerStart implements BodySubscriber<String> {
    private static final int KEPT_BYTES = 200;
    private static final int MAX_BYTES = 16 * 1024;

    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final ByteArrayOutputStream start = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;
    private int received;

    @Override
    public CompletionStage<String> getBody() {
        return text;
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        subscription = to;
        to.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer part : parts) {
            received += part.remaining();
            byte[] more = new byte[Math.min(part.remaining(), KEPT_BYTES - start.size())];
            part.get(more);
            start.writeBytes(more);
        }
        Flow.Subscription from = subscription;
        if (from == null) {
            return;
        }
        if (received > MAX_BYTES) {
            from.cancel();
            onComplete();
        } else {
            from.request(1);
        }
    }

    @Override
    public void onError(Throwable failed) {
        text.completeExceptionally(failed);
    }

    @Override
    public void onComplete() {
        text.complete(start.toString(StandardCharsets.UTF_8));
    }
}
