package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06.789Z"), ZoneOffset.UTC);

    private final List<Problem> warnings = new ArrayList<>();

    @TempDir
    Path folder;

    private SettingsFile file;

    @BeforeEach
    void openFile() {
        file = new SettingsFile(folder, CLOCK);
    }

    @Test
    void shouldLoadNothingWhenNothingWasSaved() throws IOException {
        assertEquals(List.of(), file.load(warnings));
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldLoadTheSavedValues() throws Exception {
        file.keep(Map.of("probetime", "20", "port", "22"));
        assertEquals(Set.of(Settings.PROBETIME.of(20L), Settings.PORT.of(22L)), Set.copyOf(file.load(warnings)));
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldSurviveARestart() throws Exception {
        Configuration configuration = Configuration.read(null, Map.of(), List.of());
        configuration.store(file.load(warnings), file).change(Settings.PROBETIME, "20", "test");
        SettingStore again = configuration.store(new SettingsFile(folder, CLOCK).load(warnings), file);
        assertEquals(20, again.get(Settings.PROBETIME));
        assertEquals(Origin.SAVED, again.origin(Settings.PROBETIME));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "probetime = 20\nport = many\n",
                "probetime = 20\ncolour = red\n",
                "probetime = 20\nnonsense\n",
                "probetime = 20\nprobetime = 21\n",
                "probetime = 20\nsnmp.community = open\n",
                "probetime = 2\0\n"
            })
    void shouldRenameAMalformedFileAndUseNoneOfIt(String text) throws IOException {
        Path settings = Files.writeString(folder.resolve("settings"), text);
        assertEquals(List.of(), file.load(warnings));
        assertEquals(2, warnings.size(), warnings.toString());
        assertTrue(warnings.getLast().cause().contains("settings.bad-20260203T040506.789"), warnings.toString());
        assertFalse(Files.exists(settings));
        assertEquals(text, Files.readString(folder.resolve("settings.bad-20260203T040506.789")));
    }

    @Test
    void shouldRenameAFileOfRandomBytes() throws IOException {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            bytes[0] = '!';
            Files.write(folder.resolve("settings"), bytes);
            assertEquals(List.of(), file.load(warnings), "seed " + seed);
            Path renamed = folder.resolve("settings.bad-20260203T040506.789");
            assertEquals(
                    new String(bytes, StandardCharsets.ISO_8859_1),
                    Files.readString(renamed, StandardCharsets.ISO_8859_1),
                    "seed " + seed);
            Files.delete(renamed);
        }
    }

    @Test
    void shouldFailWhenTheFileIsThereAndCannotBeRead() throws IOException {
        Files.createDirectory(folder.resolve("settings"));
        assertThrows(IOException.class, () -> file.load(warnings));
    }

    @Test
    void shouldRefuseAChangeThatCannotBeWritten() throws IOException {
        Files.createDirectory(folder.resolve("settings")); // in the way of the file
        SettingStore store = Configuration.read(null, Map.of(), List.of()).store(List.of(), file);
        var refused = assertThrows(BadSettingException.class, () -> store.change(Settings.PORT, "22", "test"));
        assertEquals(BadSettingException.Reason.NOT_KEPT, refused.reason());
        assertEquals(0, store.get(Settings.PORT));
    }
}
