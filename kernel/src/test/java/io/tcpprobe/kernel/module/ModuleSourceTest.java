package io.tcpprobe.kernel.module;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module's files, played by files and pipes of a folder. */
class ModuleSourceTest {
    @TempDir
    Path folder;

    private ModuleFolder module;
    private SettingStore settings;
    private ModuleSource source;

    @BeforeEach
    void load() throws Exception {
        module = new ModuleFolder(folder);
        settings = module.settings();
    }

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
    }

    private FlowColumns flows() throws IOException {
        source.refresh();
        return FlowColumns.copyOf(source.rows());
    }

    @Test
    void shouldBuildFlowsFromRecordsAsTheyArrive() throws Exception {
        source = module.open(settings);
        module.record(7, 10, 32);
        Waiting.until("a flow", () -> flows().size() == 1);
        assertEquals(10, flows().number(FlowField.CWND, 0));
        assertTrue(System.nanoTime() - flows().number(FlowField.SAMPLED, 0) >= 0, "sampled in the past");
        module.record(7, 11, 32);
        Waiting.until("a newer record", () -> flows().number(FlowField.CWND, 0) == 11);
        module.record(7, 11, 65535);
        Waiting.until("no flow", () -> flows().size() == 0);
    }

    @Test
    void shouldReturnTheStatisticsOfTheModule() throws Exception {
        source = module.open(settings);
        var counted = source.statistics();
        assertEquals(25877L, counted.get(FlowStatistic.FOUND));
        assertEquals(36L * 1024, counted.get(FlowStatistic.HASH_MEMORY));
        assertEquals(0L, counted.get(FlowStatistic.SOURCE_LOST));
    }

    @Test
    void shouldCountBadRecords() throws Exception {
        source = module.open(settings);
        Files.writeString(module.files.records(), "nonsense\n");
        Waiting.until("it is counted", () -> source.statistics().get(FlowStatistic.BAD_LINES) == 1);
    }

    @Test
    void shouldReportAMissingModule() throws Exception {
        Files.delete(module.files.records());
        var refused = assertThrows(IOException.class, () -> module.open(settings));
        assertTrue(refused.getMessage().contains("modprobe tcp_probe_plus"), refused.getMessage());
    }

    @Test
    void shouldLoseTheFlowsWithTheModuleAndContinueWhenItIsReloaded() throws Exception {
        source = module.open(settings);
        module.record(7, 10, 32);
        Waiting.until("a flow", () -> flows().size() == 1);
        source.statistics();
        Files.delete(module.files.records());
        Files.delete(module.files.statistics());
        Waiting.until("it is lost", () -> !source.present());
        var lost = assertThrows(IOException.class, () -> source.refresh());
        assertTrue(lost.getMessage().contains("modprobe tcp_probe_plus"), lost.getMessage());
        assertEquals(0, FlowColumns.copyOf(source.rows()).size());
        assertEquals(1L, source.statistics().get(FlowStatistic.SOURCE_LOST));
        assertEquals(25877L, source.statistics().get(FlowStatistic.FOUND), "counted last");
        Files.writeString(module.files.records(), ModuleFolder.line(8, 10, 32));
        Waiting.until("it is there", () -> source.present());
        Waiting.until("another flow", () -> flows().size() == 1);
        assertEquals(2, flows().flowId(0), "an id is not used again");
    }

    @Test
    void shouldWriteTheSettingsBeforeTheModuleCountsAsPresent() throws Exception {
        source = module.open(settings);
        settings.change(Settings.PROBETIME, "200", "a user");
        Files.delete(module.files.records());
        Waiting.until("it is lost", () -> !source.present());
        List<Boolean> present = new CopyOnWriteArrayList<>();
        settings.follow(Settings.ALL, _ -> present.add(source.present()));
        module.sysctl("probetime", "500");
        module.sysctl("full", "1");
        Files.writeString(module.files.records(), "");
        Waiting.until("it is there", () -> source.present());
        assertEquals(List.of(false), present, "full was taken over before");
        assertEquals("200", module.sysctl("probetime"));
        assertEquals(200, settings.get(Settings.PROBETIME));
    }

    @Test
    void shouldNoticeAReloadedModule() throws Exception {
        source = module.open(settings);
        Path another = Files.writeString(folder.resolve("another"), ModuleFolder.line(8, 10, 32));
        Files.move(another, module.files.records(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Waiting.until("a flow of the other file", () -> source.present() && flows().size() == 1);
        assertEquals(1L, source.statistics().get(FlowStatistic.SOURCE_LOST));
    }

    /** As ours: O_NONBLOCK and poll(). */
    @Test
    void shouldReadAPipeThatIsSlow() throws Exception {
        pipe();
        source = module.open(settings);
        String line = ModuleFolder.line(7, 10, 32);
        try (OutputStream out = Files.newOutputStream(module.files.records())) {
            out.write(line.substring(0, 50).getBytes(US_ASCII));
            out.flush();
            Waiting.pause(Duration.ofMillis(30)); // the source reads what is there, and waits for the rest
            out.write(line.substring(50).getBytes(US_ASCII));
            out.flush();
            Waiting.until("a flow", () -> flows().size() == 1);
        }
    }

    /** read() of the original blocks until the buffer is full; and its rttvar is half of the true one. */
    @Test
    void shouldReadTheOriginalsRecords() throws Exception {
        pipe();
        Files.writeString(module.files.version(), "1.1.6\n");
        Thread writer = Thread.ofPlatform().start(() -> {
            try (OutputStream out = Files.newOutputStream(module.files.records())) {
                for (int i = 1; i <= 50; i++) {
                    out.write(ModuleFolder.line(i, 10, 32).getBytes(US_ASCII));
                }
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        });
        source = module.open(settings);
        writer.join();
        Waiting.until("flows", () -> flows().size() == 50);
        assertEquals(100_000, flows().number(FlowField.RTTVAR, 0));
        assertFalse(flows().has(FlowField.STATE, 0));
    }

    private void pipe() throws Exception {
        Files.delete(module.files.records());
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", module.files.records().toString())
                        .start()
                        .waitFor());
    }
}
