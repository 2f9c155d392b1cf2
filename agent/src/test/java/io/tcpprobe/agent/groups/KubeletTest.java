package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kubelet that answers whatever a test wants. */
class KubeletTest {
    private static final String ID = "0123456789ab" + "cdef".repeat(13);
    private static final String PODS = "{\"items\":[{\"metadata\":{\"namespace\":\"default\",\"name\":\"web-0\"},"
            + "\"status\":{\"containerStatuses\":[{\"containerID\":\"containerd://" + ID + "\"}]}}]}";

    @TempDir
    Path folder;

    private final ServerSocket server;
    private final CompletableFuture<String> request = new CompletableFuture<>();

    KubeletTest() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** Writes an answer. */
    @FunctionalInterface
    private interface Answer {
        void write(OutputStream to) throws IOException;
    }

    /** Answers one request, whose head is kept. */
    private void answer(Answer answer) {
        Thread.ofPlatform().daemon().start(() -> {
            try (Socket client = server.accept()) {
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) client.getInputStream().read());
                }
                request.complete(head.toString());
                answer.write(client.getOutputStream());
            } catch (IOException ended) {
                request.completeExceptionally(ended); // no effect after the request: the client has closed
            }
        });
    }

    private static void head(OutputStream to, String status, String more) throws IOException {
        to.write(("HTTP/1.1 " + status + "\r\n" + more + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private Kubelet kubelet(Duration limit) {
        return new Kubelet(
                "http://127.0.0.1:" + server.getLocalPort() + "/pods",
                folder.resolve("token"),
                folder.resolve("ca.crt"),
                limit);
    }

    private String failure(Duration limit) {
        return String.valueOf(
                assertThrows(IOException.class, () -> kubelet(limit).read()).getMessage());
    }

    @Test
    void shouldReadThePodsAndKeepTheTokenFromAConnectionWithoutTls() throws Exception {
        Files.writeString(folder.resolve("token"), "secret\n");
        answer(to -> {
            head(to, "200 OK", "Content-Length: " + PODS.length() + "\r\n");
            to.write(PODS.getBytes(StandardCharsets.US_ASCII));
        });
        assertEquals(
                Map.of(ID.substring(0, 12), "default/web-0"),
                kubelet(Duration.ofMinutes(1)).read());
        String head = request.get();
        assertTrue(head.startsWith("GET /pods HTTP/1.1\r\n"), head);
        assertFalse(head.contains("secret"), head);
    }

    @Test
    void shouldReportARefusal() {
        answer(to -> head(to, "403 Forbidden", "Content-Length: 0\r\n"));
        assertEquals("status 403", failure(Duration.ofMinutes(1)));
    }

    @Test
    void shouldNotFollowARedirect() {
        answer(to -> head(to, "302 Found", "Location: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"));
        assertEquals("status 302", failure(Duration.ofMinutes(1)));
    }

    /** It would send forever. */
    @Test
    void shouldEndAnAnswerThatIsTooLarge() {
        answer(to -> {
            head(to, "200 OK", "");
            byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                to.write(spaces);
            }
        });
        String failure = failure(Duration.ofMinutes(1));
        assertTrue(failure.contains("exceeds capacity"), failure);
    }

    /** It sends the head, and then nothing until the client closes. */
    @Test
    void shouldEndAnAnswerThatIsTooSlow() {
        answer(to -> {
            head(to, "200 OK", "Content-Length: 100\r\n");
            to.write(' ');
            to.flush();
            new CompletableFuture<Void>().join();
        });
        assertEquals("no complete answer within 300 ms", failure(Duration.ofMillis(300)));
    }

    @Test
    void shouldReportWhatIsNoList() {
        answer(to -> head(to, "200 OK", "Content-Length: 0\r\n"));
        assertTrue(failure(Duration.ofMinutes(1)).startsWith("the answer is not"));
    }

    @Test
    void shouldReportFilesThatCannotBeUsed() throws Exception {
        Kubelet kubelet = new Kubelet(
                "https://127.0.0.1:" + server.getLocalPort() + "/pods",
                Files.writeString(folder.resolve("token"), "two\nlines"),
                Files.writeString(folder.resolve("ca.crt"), "none"),
                Duration.ofMinutes(1));
        assertTrue(assertThrows(IOException.class, kubelet::read).getMessage().contains("is not one line"));
        Files.writeString(folder.resolve("token"), "one-line");
        assertTrue(assertThrows(IOException.class, kubelet::read).getMessage().contains("certificates in PEM"));
        Kubelet malformed = new Kubelet("http://a..b/pods", folder, folder, Duration.ofMinutes(1));
        assertThrows(IOException.class, malformed::read);
    }
}
