package io.tcpprobe.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CachedTextTest {
    private String key = "1.3.6";
    private final AtomicInteger rendered = new AtomicInteger();
    private final CachedText<String> text = new CachedText<>(() -> key, oid -> {
        rendered.incrementAndGet();
        return "base \u2265 " + oid;
    });

    private static String read(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    @Test
    void shouldServeTheSameReadOnlyBytesUntilTheKeyChanges() {
        ByteBuffer first = text.get();
        assertTrue(first.isReadOnly());
        assertEquals("base \u2265 1.3.6", read(first));
        assertSame(first, text.get());
        assertEquals(1, rendered.get());
        key = "1.3.7";
        assertEquals("base \u2265 1.3.7", read(text.get()));
        assertEquals("base \u2265 1.3.6", read(first), "it may still be being sent");
        assertEquals(2, rendered.get());
    }
}
