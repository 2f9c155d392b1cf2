package io.tcpprobe.agent.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A text that is rendered once for each value of a key, and then served from the same bytes: requests for it, however many, take
 * no memory of their own. Thread-safe.
 *
 * @param <K> what the text depends on
 */
public final class CachedText<K> implements Supplier<ByteBuffer> {
    private final Supplier<K> key;
    private final Function<K, String> render;
    private volatile @Nullable Rendered<K> last;

    private record Rendered<K>(K key, ByteBuffer bytes) {}

    /**
     * Nothing is rendered yet.
     *
     * @param key returns the key of now; keys are compared by equals
     * @param render returns the text for a key
     */
    public CachedText(Supplier<K> key, Function<K, String> render) {
        this.key = key;
        this.render = render;
    }

    /** The text of now in UTF-8, read-only; whoever reads it reads a duplicate. */
    @Override
    public ByteBuffer get() {
        K now = key.get();
        Rendered<K> known = last;
        return known != null && known.key.equals(now) ? known.bytes : render(now);
    }

    /** One at a time: of many first requests one renders. */
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
