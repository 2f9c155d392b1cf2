package io.tcpprobe.agent.groups;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Receives an answer up to a maximum size, and fails if it is larger. */
final class BoundedText implements BodySubscriber<String> {
    private final int maxBytes;
    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    BoundedText(int maxBytes) {
        this.maxBytes = maxBytes;
    }

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
        Flow.Subscription from = subscription;
        if (from == null || text.isDone()) {
            return;
        }
        for (ByteBuffer part : parts) {
            if (part.remaining() > maxBytes - received.size()) {
                from.cancel();
                text.completeExceptionally(new IOException("the answer has more than " + maxBytes + " bytes"));
                return;
            }
            byte[] more = new byte[part.remaining()];
            part.get(more);
            received.writeBytes(more);
        }
        from.request(1);
    }

    @Override
    public void onError(Throwable failed) {
        text.completeExceptionally(failed);
    }

    @Override
    public void onComplete() {
        text.complete(received.toString(StandardCharsets.UTF_8));
    }
}
