package io.tcpprobe.agent.otlp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class FastGzipTest {
    private static final int BYTES = 100_000;

    /** Bytes that the levels compress differently. */
    private static byte[] data() {
        Random random = new Random(7919);
        byte[] data = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            data[i] = (byte) (random.nextInt(4) + (i / 13) % 5);
        }
        return data;
    }

    private static byte[] compressed() throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        try (OutputStream gzip = new FastGzip().compress(to)) {
            gzip.write(data());
        }
        return to.toByteArray();
    }

    @Test
    void shouldCompressAsGzip() throws IOException {
        assertEquals("gzip", new FastGzip().getEncoding());
        try (GZIPInputStream from = new GZIPInputStream(new ByteArrayInputStream(compressed()))) {
            assertArrayEquals(data(), from.readAllBytes());
        }
    }

    @Test
    void shouldNotCompressAtTheDefaultLevel() throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(to)) {
            gzip.write(data());
        }
        assertNotEquals(to.size(), compressed().length);
    }

    /** A later version of the interface may have more options, with defaults. */
    @Test
    void shouldPassOnAllOptionsOfTheSender() throws NoSuchMethodException {
        for (Method option : HttpSenderConfig.class.getMethods()) {
            Method own = FastGzip.Faster.class.getMethod(option.getName(), option.getParameterTypes());
            assertEquals(FastGzip.Faster.class, own.getDeclaringClass(), option.getName());
        }
    }

    @Test
    void shouldProvideOneSenderAndNoOtherCompressor() {
        List<HttpSenderProvider> senders = new ArrayList<>();
        FastGzip.components().load(HttpSenderProvider.class).forEach(senders::add);
        assertEquals(1, senders.size());
        List<Compressor> compressors = new ArrayList<>();
        FastGzip.components().load(Compressor.class).forEach(compressors::add);
        assertEquals(List.of(), compressors);
    }
}
