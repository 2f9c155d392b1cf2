package io.tcpprobe.kernel.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.SettingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trying sources without starting one. */
class TrialTest {
    @TempDir
    private Path folder;

    private static List<FlowSources.Tried> tried(String... assignments) {
        SettingStore settings = Configuration.read(null, Map.of(), List.of(assignments))
                .store(List.of(), _ -> {
                    throw new IOException("nothing is changed");
                });
        return FlowSources.tryAll(settings, System::nanoTime);
    }

    @Test
    void shouldTryTheAutomaticSources() {
        List<FlowSources.Tried> tried = tried();
        assertEquals(
                List.of("bpf", "module", "diag"),
                tried.stream().map(FlowSources.Tried::source).toList());
        assertTrue(tried.getLast().refused().isEmpty());
        assertFalse(tried.stream().anyMatch(FlowSources.Tried::selected));
    }

    @Test
    void shouldTryTheSelectedSourceToo() throws Exception {
        Path missing = folder.resolve("missing");
        FlowSources.Tried refused =
                tried("probe.source=replay", "replay.file=" + missing).getLast();
        assertEquals("replay", refused.source());
        assertTrue(refused.selected());
        assertTrue(refused.refused().orElseThrow().reason().contains("not a readable file"));
        Files.createFile(missing);
        assertTrue(tried("probe.source=replay", "replay.file=" + missing)
                .getLast()
                .refused()
                .isEmpty());
    }
}
