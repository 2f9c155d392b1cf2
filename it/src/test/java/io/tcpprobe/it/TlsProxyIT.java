package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of docs/security.md with a real nginx, unchanged except for ports and the path of the certificate. */
@Needs({"nginx", "openssl", "curl"})
class TlsProxyIT {
    private static final String NAME = "mon.example";
    private static final String WRITE = "/jolokia/write/tcpprobe:type=Settings/probetime/";
    private static final String PASSPHRASE = "say friend and enter";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    private Path folder;

    private @Nullable Process nginx;
    private int port;

    @AfterEach
    void stopNginx() throws InterruptedException {
        if (nginx != null) {
            nginx.destroy();
            assertTrue(nginx.waitFor(10, TimeUnit.SECONDS), "nginx does not end");
        }
    }

    @Test
    void shouldServeThroughProxyAtItsOriginAndNoOther() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        String origin = "https://" + NAME + ":" + port;
        AgentOptions options =
                AgentOptions.in(Files.createDirectory(folder.resolve("state"))).set("http.origins", origin);
        options.addUser("writer", PASSPHRASE, true);
        startNginx(agents.start(options).http().getPort());
        Waiting.until("nginx", () -> status("/"), "200"::equals);
        assertEquals("200", status("/jolokia/version"));
        assertEquals("200", status("/jolokia/version", "-H", "Origin: " + origin));
        assertEquals("403", status("/jolokia/version", "-H", "Origin: https://evil.example"));
        assertEquals("403", status(WRITE + "250"));
        assertEquals("200", status(WRITE + "250", "-u", "writer:" + PASSPHRASE));
        // a browser's request, from a page of ours and from an image on another site
        assertEquals("403", status(WRITE + "251", "-u", "writer:" + PASSPHRASE, "-A", "Mozilla/5.0"));
        assertEquals(
                "200",
                status(
                        WRITE + "252",
                        "-u",
                        "writer:" + PASSPHRASE,
                        "-A",
                        "Mozilla/5.0",
                        "-H",
                        "Sec-Fetch-Site: same-origin"));
        assertEquals("413", status("/jolokia", "--data-binary", "x".repeat(70_000)));
        // the proxy must not keep messages back until there are more: the stream goes on after curl's time is over
        String events = curl("/events", "-N", "--max-time", "3").out();
        assertTrue(events.matches("retry: 3000\n\n(?s:.*)id: \\p{XDigit}+-\\d+\n\n"), events);
    }

    private String status(String path, String... options) {
        List<String> more = new ArrayList<>(List.of("-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20"));
        more.addAll(List.of(options));
        return curl(path, more.toArray(String[]::new)).out();
    }

    private Tools.Result curl(String path, String... options) {
        List<String> line = new ArrayList<>(List.of(
                "curl",
                "-s",
                "--cacert",
                folder.resolve("mon.example.pem").toString(),
                "--connect-to",
                NAME + ":" + port + ":127.0.0.1:" + port));
        line.addAll(List.of(options));
        line.add("https://" + NAME + ":" + port + path);
        return Tools.here().run(line, Map.of("no_proxy", "*"), "");
    }

    private void startNginx(int agentPort) throws IOException {
        Path certificate = folder.resolve("mon.example.pem");
        Path key = folder.resolve("mon.example.key");
        Tools.here()
                .run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=" + NAME,
                        "-addext",
                        "subjectAltName=DNS:" + NAME,
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .expectSuccess();
        String recipe = recipe().replace("listen 443 ssl", "listen 127.0.0.1:" + port + " ssl")
                .replace("/etc/ssl/certs/mon.example.pem", certificate.toString())
                .replace("/etc/ssl/private/mon.example.key", key.toString())
                .replace("127.0.0.1:8778", "127.0.0.1:" + agentPort);
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid FOLDER/nginx.pid;
                error_log FOLDER/error.log;
                events {}
                http {
                    access_log off;
                    client_body_temp_path FOLDER/body;
                    proxy_temp_path FOLDER/proxy;
                    fastcgi_temp_path FOLDER/fastcgi;
                    uwsgi_temp_path FOLDER/uwsgi;
                    scgi_temp_path FOLDER/scgi;
                    RECIPE
                }
                """.replace("FOLDER", folder.toString())
                .replace("RECIPE", recipe));
        nginx = Tools.here()
                .start(
                        List.of(
                                "nginx",
                                "-p",
                                folder.toString(),
                                "-e",
                                folder.resolve("error.log").toString(),
                                "-c",
                                configuration.toString()),
                        Map.of());
    }

    private static String recipe() throws IOException {
        Matcher block = Pattern.compile("```nginx\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "security.md")));
        assertTrue(block.find(), "docs/security.md has no recipe");
        return block.group(1);
    }
}
