package io.tcpprobe.kernel.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings here and settings there. */
class SysctlsTest {
    @TempDir
    Path folder;

    private ModuleFolder module;
    private SettingStore settings;
    private Sysctls sysctls;
    private final List<String> received = new ArrayList<>();

    @BeforeEach
    void load() throws Exception {
        module = new ModuleFolder(folder);
    }

    private void begin() throws Exception {
        settings = module.settings();
        settings.follow(Settings.ALL, change -> received.add(change.after() + " by " + change.who()));
        sysctls = new Sysctls(folder.resolve("sysctls"), settings);
        settings.follow(Sysctls.all(), change -> sysctls.changed(change.setting()));
        sysctls.begin();
    }

    @Test
    void shouldPassAChangeOnToTheModule() throws Exception {
        begin();
        settings.change(Settings.PROBETIME, "200", "a user");
        assertEquals("200", module.sysctl("probetime"));
        assertEquals("300", module.sysctl("purgetime"));
    }

    @Test
    void shouldWriteBothNamesOfPurgetime() throws Exception {
        begin();
        settings.change(Settings.PURGETIME, "77", "a user");
        assertEquals("77", module.sysctl("purgetime"));
        assertEquals("77", module.sysctl("purge_time"));
    }

    @Test
    void shouldDoWithOneNameOfPurgetime() throws Exception {
        Files.delete(module.file("purgetime"));
        module.sysctl("purge_time", "55");
        begin();
        assertEquals(55, settings.get(Settings.PURGETIME));
        settings.change(Settings.PURGETIME, "77", "a user");
        assertEquals("77", module.sysctl("purge_time"));
        assertTrue(Files.notExists(module.file("purgetime")));
    }

    @Test
    void shouldAdoptTheChangesBySysctl() throws Exception {
        begin();
        module.sysctl("probetime", "20");
        sysctls.poll();
        assertEquals(20, settings.get(Settings.PROBETIME));
        assertEquals(Origin.OUTSIDE, settings.origin(Settings.PROBETIME));
        assertEquals(List.of("probetime=20 by sysctl"), received);
        sysctls.poll();
        assertEquals(1, received.size(), "said once");
    }

    @Test
    void shouldWriteConfiguredSettingsToTheModuleAndAdoptAllOthers() throws Exception {
        module.values.add(Settings.PROBETIME.parse("123"));
        module.sysctl("probetime", "500");
        module.sysctl("maxflows", "2000000");
        module.sysctl("bufsize", "8192");
        begin();
        assertEquals("123", module.sysctl("probetime"));
        assertEquals(2_000_000, settings.get(Settings.MAXFLOWS));
        assertEquals(8192, settings.get(Settings.BUFSIZE));
    }

    @Test
    void shouldNotAdoptAnInvalidValue() throws Exception {
        begin();
        module.sysctl("probetime", "-1");
        sysctls.poll();
        sysctls.poll();
        assertEquals(500, settings.get(Settings.PROBETIME));
        assertEquals(List.of(), received);
    }

    @Test
    void shouldContinueWhenAListenerFails() throws Exception {
        begin();
        settings.follow(Settings.ALL, _ -> {
            throw new IllegalStateException("a listener fails");
        });
        module.sysctl("full", "1");
        module.sysctl("probetime", "20");
        sysctls.poll();
        assertEquals(1, settings.get(Settings.FULL));
        assertEquals(20, settings.get(Settings.PROBETIME));
    }

    @Test
    void shouldFailAChangeThatCannotBeWrittenAndGoBackToTheModulesValue() throws Exception {
        begin();
        Files.delete(module.file("probetime"));
        Files.createDirectory(module.file("probetime"));
        var refused =
                assertThrows(UncheckedIOException.class, () -> settings.change(Settings.PROBETIME, "200", "a user"));
        assertTrue(refused.getMessage().contains("probetime"), refused.getMessage());
        Files.delete(module.file("probetime"));
        module.sysctl("probetime", "500");
        sysctls.poll();
        assertEquals(500, settings.get(Settings.PROBETIME));
    }

    @Test
    void shouldDetectAReloadedModule() throws Exception {
        begin();
        settings.change(Settings.PROBETIME, "200", "a user");
        module.sysctl("full", "1");
        sysctls.poll();
        module.sysctl("probetime", "500");
        module.sysctl("full", "0");
        sysctls.begin();
        assertEquals("200", module.sysctl("probetime"), "set here: goes there");
        assertEquals(0, settings.get(Settings.FULL), "set there: as it is there now");
    }
}
