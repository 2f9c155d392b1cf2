package io.tcpprobe.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Heard;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReloadTest {
    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();
    private Path file = Path.of("");
    private SettingStore settings = store(null);

    private static SettingStore store(Path file) {
        return Configuration.read(file, Map.of(), List.of("port=443")).store(List.of(), _ -> {
            throw new IOException("a reload keeps nothing");
        });
    }

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(folder.resolve("tcpprobe.conf"), "probetime = 20\nbufsize = 64\n");
        settings = store(file);
        settings.follow(Settings.ALL, change -> told.add(change.setting().name() + " by " + change.who()));
    }

    private List<String> reload(Path named) {
        try (Heard log = Heard.of(ConfigurationReload.class.getName())) {
            new ConfigurationReload(named, settings).run();
            return log.lines();
        }
    }

    private void assertNothingChanged() {
        assertEquals(20, settings.get(Settings.PROBETIME));
        assertEquals(Origin.FILE, settings.origin(Settings.PROBETIME));
        assertEquals(List.of(), told);
    }

    @Test
    void shouldReportTheResultInOneLine() throws IOException {
        Files.writeString(file, "probetime = 30\nfull = 1\nbufsize = 128\nport = 80\n");
        assertEquals(
                List.of("INFO SIGHUP: reloaded " + file + "; changed: full probetime; changed, effective after"
                        + " a restart: bufsize; overridden by another source: port"),
                reload(file));
        assertEquals(30, settings.get(Settings.PROBETIME));
        assertEquals(443, settings.get(Settings.PORT));
        assertEquals(64, settings.get(Settings.BUFSIZE));
        assertEquals(List.of("full by SIGHUP, " + file, "probetime by SIGHUP, " + file), told);
    }

    @Test
    void shouldReportABadFileAndChangeNothing() throws IOException {
        Files.writeString(file, "probetime = 30\nfull = 7\nnosuchsetting = 1\n");
        List<String> said = reload(file);
        assertEquals(2, said.size(), said::toString);
        assertTrue(said.get(0).startsWith("WARN SIGHUP: ") && said.get(0).contains("full"), said::toString);
        assertTrue(said.get(1).contains("nosuchsetting"), said::toString);
        assertTrue(said.stream().allMatch(line -> line.endsWith("; nothing was changed")), said::toString);
        assertNothingChanged();
    }

    @Test
    void shouldChangeNothingWhenTheFileIsMissing() throws IOException {
        Files.delete(file);
        List<String> said = reload(file);
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.getFirst().contains(file.toString()), said::toString);
        assertNothingChanged();
    }

    @Test
    void shouldNotTreatAnEmptyPipeAsAFileOfDefaults() {
        List<String> said = reload(Path.of("/dev/null"));
        assertTrue(said.getFirst().contains("not a regular file, so it cannot be read again"), said::toString);
        assertNothingChanged();
    }

    @Test
    void shouldReportAMissingFile() {
        List<String> said = reload(null);
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.getFirst().contains("--config"), said::toString);
        assertNothingChanged();
    }

    @Test
    void shouldReportAListenerThatFails() throws IOException {
        settings.follow(Settings.ALL, _ -> {
            throw new IllegalStateException("the sysctl is read-only");
        });
        Files.writeString(file, "probetime = 30\n");
        List<String> said = reload(file);
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.getFirst().endsWith("the sysctl is read-only"), said::toString);
        assertEquals(30, settings.get(Settings.PROBETIME));
    }
}
