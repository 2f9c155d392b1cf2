package io.tcpprobe.agent.namespaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found, and how often it is searched for; {@code ContextsIT} enters real namespaces. */
class NamespacesTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path state;

    private final AtomicLong now = new AtomicLong();
    private final Map<Object, Path> others = new LinkedHashMap<>();
    private int searches;
    private ServedParts parts;

    @BeforeEach
    void open() throws Exception {
        parts = new ServedParts(state, Path.of("/proc/net"), Map.of(Settings.SNMP_CONTEXTS, "3"));
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
    }

    private Namespaces namespaces() {
        return new Namespaces(
                new Namespaces.Options(
                        parts.served().flows(),
                        parts.served().requests(),
                        parts.served().settings(),
                        now::get),
                () -> {
                    searches++;
                    return others;
                });
    }

    @Test
    void shouldSearchAtMostOnceASecond() {
        try (Namespaces namespaces = namespaces()) {
            for (int i = 0; i < 1000; i++) {
                assertTrue(namespaces.find("stranger-" + i).isEmpty());
            }
            assertEquals(1, searches);
            now.addAndGet(SECOND);
            namespaces.current();
            assertEquals(2, searches);
        }
    }

    @Test
    void shouldLeaveOutWhatItMayNotEnter() {
        for (int i = 0; i < 50; i++) {
            others.put(i, Path.of("/run/netns/there-is-none-" + i));
        }
        try (Namespaces namespaces = namespaces();
                Heard log = Heard.of(Namespaces.class.getName())) {
            assertEquals(List.of(), namespaces.current());
            now.addAndGet(SECOND);
            assertEquals(List.of(), namespaces.current());
            assertEquals(1, log.lines().size(), () -> log.lines().toString());
        }
    }

    @Test
    void shouldServeThoseFoundLastIfTheSearchFails() {
        Namespaces.Finder failing = () -> {
            searches++;
            throw new IOException("as the test wants it");
        };
        var options = new Namespaces.Options(
                parts.served().flows(),
                parts.served().requests(),
                parts.served().settings(),
                now::get);
        try (Namespaces namespaces = new Namespaces(options, failing)) {
            assertEquals(List.of(), namespaces.current());
            assertEquals(1, searches);
        }
    }
}
