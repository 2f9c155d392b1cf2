package io.tcpprobe.agent.namespaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
            assertTrue(
                    log.lines().stream()
                                    .filter(line -> line.contains("enter the network namespace"))
                                    .count()
                            == 1,
                    () -> log.lines().toString());
        }
    }

    /** The own namespace can be entered by root, and stands for others. */
    @Test
    void shouldServeAtMostSoManyAndNoneUnderTheNameOfAnother() {
        Path own = Path.of("/proc/self/ns/net");
        assumeTrue(mayEnter(own), "to enter a network namespace needs CAP_SYS_ADMIN");
        Object identity = NamespacesTest.identity(own);
        others.put(identity, Path.of("/proc/" + ProcessHandle.current().pid() + "/ns/net"));
        try (Namespaces namespaces = namespaces()) {
            Namespace first = namespaces.current().getFirst();
            assertEquals(first, namespaces.find(first.name()).orElseThrow());
            assertTrue(first.counters().tcp().has("InSegs"));
            now.addAndGet(SECOND);
            assertEquals(1, namespaces.current().getFirst().number(), "the same");
            others.put(identity, Path.of("/run/netns/another")); // it has ended, and the kernel uses its number again
            now.addAndGet(SECOND);
            assertEquals(List.of(), namespaces.current(), "that path leads nowhere, and the former name is not used");
        }
    }

    private static Object identity(Path namespace) {
        try {
            return Objects.requireNonNull(
                    Files.readAttributes(namespace, BasicFileAttributes.class).fileKey());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean mayEnter(Path namespace) {
        try {
            return new NamespaceEntry(identity(namespace), namespace).read(() -> true);
        } catch (IOException refused) {
            return false;
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
