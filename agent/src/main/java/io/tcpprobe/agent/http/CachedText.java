package io.tcpprobe.agent.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A text that is rendered once per value of a key and then served from the same bytes: further requests allocate no copies.
 * Thread-safe.
 *
 * @param <K> the type of the key, which determines the text
 */
public final class CachedText<K> implements Supplier<ByteBuffer> {
    private final Supplier<K> key;
    private final Function<K, String> render;
    private volatile @Nullable Rendered<K> last;

    private record Rendered<K>(K key, ByteBuffer bytes) {}

    /**
     * Creates it; nothing is rendered yet.
     *
     * @param key returns the current key; keys are compared by equals
     * @param render returns the text for a key
     */
    public CachedText(Supplier<K> key, Function<K, String> render) {
        this.key = key;
        this.render = render;
    }

    /** Returns the current text in UTF-8, read-only; callers read a duplicate of the buffer. */
    @Override
    public ByteBuffer get() {
        K now = key.get();
        Rendered<K> known = last;
        return known != null && known.key.equals(now) ? known.bytes : render(now);
    }

    /** Renders under a lock: of many concurrent first requests, only one renders. */
    private synchronized ByteBuffer render(K now) {
        Rendered<K> known = last;
        if (known == null || !known.key.equals(now)) {
            byte[] text = Objects.requireNonNull(render.apply(now)).getBytes(StandardCharsets.UTF_8);
            known = new Rendered<>(now, ByteBuffer.wrap(text).asReadOnlyBuffer());
            last = known;
        }
        return known.bytes;
    }
}
