package io.tcpprobe.agent.otlp;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Compresses requests by gzip at its fastest level. The exporters' own gzip has the default level, at which it was half of the cost of a flow
 * record, and no other compressor may have its name. So the provider of HTTP senders is wrapped, and replaces the compressor.
 */
final class FastGzip implements Compressor {
    private static final FastGzip INSTANCE = new FastGzip();

    /** Finds what the exporters are made of, as they do by default. */
    private static final ComponentLoader FOUND =
            ComponentLoader.forClassLoader(OtlpHttpLogRecordExporter.class.getClassLoader());

    FastGzip() {}

    /** Returns a loader for exporters whose requests are to be compressed faster. */
    static ComponentLoader components() {
        return new Components();
    }

    @Override
    public String getEncoding() {
        return "gzip";
    }

    @Override
    public OutputStream compress(OutputStream to) throws IOException {
        return new GZIPOutputStream(to) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        };
    }

    /** Replaces the provider of senders. */
    private static final class Components implements ComponentLoader {
        @Override
        public <T> Iterable<T> load(Class<T> type) {
            if (type != HttpSenderProvider.class) {
                return FOUND.load(type);
            }
            HttpSenderProvider provider = FastGzip::sender;
            return List.of(type.cast(provider));
        }
    }

    private static HttpSender sender(HttpSenderConfig config) {
        HttpSenderProvider provider =
                FOUND.load(HttpSenderProvider.class).iterator().next();
        return provider.createSender(config.getCompressor() == null ? config : new Faster(config));
    }

    /**
     * A configuration with the other compressor.
     *
     * @param other all else
     */
    record Faster(HttpSenderConfig other) implements HttpSenderConfig {
        @Override
        public Compressor getCompressor() {
            return INSTANCE;
        }

        @Override
        public URI getEndpoint() {
            return other.getEndpoint();
        }

        @Override
        public String getContentType() {
            return other.getContentType();
        }

        @Override
        public Duration getTimeout() {
            return other.getTimeout();
        }

        @Override
        public Duration getConnectTimeout() {
            return other.getConnectTimeout();
        }

        @Override
        public Supplier<Map<String, List<String>>> getHeadersSupplier() {
            return other.getHeadersSupplier();
        }

        @Override
        public @Nullable ProxyOptions getProxyOptions() {
            return other.getProxyOptions();
        }

        @Override
        public @Nullable RetryPolicy getRetryPolicy() {
            return other.getRetryPolicy();
        }

        @Override
        public @Nullable SSLContext getSslContext() {
            return other.getSslContext();
        }

        @Override
        public @Nullable X509TrustManager getTrustManager() {
            return other.getTrustManager();
        }

        @Override
        public @Nullable ExecutorService getExecutorService() {
            return other.getExecutorService();
        }

        @Override
        public long getMaxResponseBodySize() {
            return other.getMaxResponseBodySize();
        }

        @Override
        public List<String> getEnabledProtocols() {
            return other.getEnabledProtocols();
        }
    }
}
