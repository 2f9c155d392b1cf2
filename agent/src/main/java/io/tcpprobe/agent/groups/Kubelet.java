package io.tcpprobe.agent.groups;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks the kubelet for the pods of its node. Files are read for each request, since they are replaced while a pod runs. The token is sent by
 * https only.
 *
 * @param url of /pods
 * @param token the file with the token; may be missing
 * @param authorities the file with the certificates of the authorities, in PEM; may be missing
 * @param limit maximum time of a request
 */
record Kubelet(String url, Path token, Path authorities, Duration limit) implements PodNames.Reader {
    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final int MAX_TOKEN_BYTES = 16 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");
    private static final int OK = 200;

    /** Returns the kubelet of the settings; empty if none is set. */
    static Optional<PodNames.Reader> of(SettingStore settings) {
        String url = settings.get(Settings.KUBELET_URL);
        return url.isEmpty()
                ? Optional.empty()
                : Optional.of(new Kubelet(
                        url,
                        Path.of(settings.get(Settings.KUBELET_TOKENFILE)),
                        Path.of(settings.get(Settings.KUBELET_CAFILE)),
                        LIMIT));
    }

    @Override
    public Map<String, String> read() throws IOException {
        HttpRequest.Builder request = request();
        boolean secure = url.startsWith("https:");
        if (secure && Files.exists(token)) {
            request.header("Authorization", "Bearer " + readToken());
        }
        HttpClient client = client(secure);
        try {
            return PodList.names(body(client, request.build()));
        } finally {
            client.shutdownNow();
        }
    }

    private HttpRequest.Builder request() throws IOException {
        try {
            return HttpRequest.newBuilder(URI.create(url)).timeout(limit).header("Accept", "application/json");
        } catch (IllegalArgumentException malformed) {
            throw new IOException(url + ": " + malformed.getMessage(), malformed);
        }
    }

    private String readToken() throws IOException {
        if (Files.size(token) > MAX_TOKEN_BYTES) {
            throw new IOException(token + " has more than " + MAX_TOKEN_BYTES + " bytes");
        }
        String text = Files.readString(token).strip();
        if (!TOKEN.matcher(text).matches()) {
            throw new IOException(token + " is not one line of visible characters");
        }
        return text;
    }

    private HttpClient client(boolean secure) throws IOException {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limit);
        if (secure && Files.exists(authorities)) {
            client.sslContext(trusting());
        }
        return client.build();
    }

    private SSLContext trusting() throws IOException {
        try (InputStream pem = Files.newInputStream(authorities)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + trusted.size(), one);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException malformed) {
            throw new IOException(
                    authorities + " does not have certificates in PEM: " + malformed.getMessage(), malformed);
        }
    }

    private String body(HttpClient client, HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_BYTES));
        try {
            HttpResponse<String> received = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (received.statusCode() != OK) {
                throw new IOException("status " + received.statusCode());
            }
            return received.body();
        } catch (TimeoutException late) {
            throw new IOException("no complete answer within " + limit.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            answer.cancel(true); // no effect if it has been received
        }
    }
}
