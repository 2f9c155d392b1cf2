package io.tcpprobe.kernel.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.RowTable;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.module.ModuleFolder;
import io.tcpprobe.kernel.module.ModuleSource;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module is played by files of a folder, the source in its place by one that keeps what is done to it. */
class FallbackSourceTest {
    @TempDir
    Path folder;

    private final List<String> done = new ArrayList<>();
    private boolean refused;
    private boolean closed;
    private ModuleFolder files;
    private SettingStore settings;
    private ModuleSource module;
    private FallbackSource source;

    @BeforeEach
    void open() throws Exception {
        files = new ModuleFolder(folder);
        settings = files.settings();
        module = files.open(settings);
        source = new FallbackSource(module, () -> {
            if (refused) {
                throw new IOException("there is none");
            }
            return new Other(done);
        });
    }

    @AfterEach
    void close() {
        if (!closed) {
            closed = true;
            source.close();
        }
    }

    /** Has the flow 77, a socket, and statistics. */
    private static final class Other implements FlowSource {
        private final RowTable table = new RowTable();
        private final List<String> done;

        Other(List<String> done) {
            this.done = done;
            table.memory().set(ValueLayout.JAVA_INT, table.at(table.allocate()) + FlowLayout.FLOW_ID, 77);
            done.add("opened");
        }

        @Override
        public String name() {
            return "other";
        }

        @Override
        public SettingUser settingUser() {
            return SettingUser.DIAG;
        }

        @Override
        public void refresh() {
            done.add("refreshed");
        }

        @Override
        public FlowRows rows() {
            return table.rows();
        }

        @Override
        public Map<FlowStatistic, Long> statistics() {
            return Map.of(FlowStatistic.ACTIVE_FLOWS, 1L, FlowStatistic.FOUND, 6L);
        }

        @Override
        public Map<TcpState, Integer> socketsByState() {
            return Map.of(TcpState.ESTABLISHED, 1);
        }

        @Override
        public void close() {
            done.add("closed");
            table.close();
        }
    }

    private FlowColumns flows() throws IOException {
        source.refresh();
        return FlowColumns.copyOf(source.rows());
    }

    private void takeAway() throws Exception {
        Files.delete(files.files.records());
        Waiting.until("it is away", () -> !module.present());
    }

    private void bringBack(String records) throws Exception {
        Files.writeString(files.files.records(), records);
        Waiting.until("it is there again", module::present);
    }

    @Test
    void shouldUseTheOtherSourceOnlyWhileTheModuleIsUnloaded() throws Exception {
        files.record(7, 10, 32);
        Waiting.until("a flow", () -> flows().size() == 1);
        assertEquals("module", source.name());
        assertEquals(List.of(), done);
        takeAway();
        assertEquals(77, flows().flowId(0));
        assertEquals("other", source.name());
        assertEquals(Map.of(TcpState.ESTABLISHED, 1), source.socketsByState());
        source.refresh();
        assertEquals(List.of("opened", "refreshed"), done);
        bringBack(ModuleFolder.line(8, 10, 32));
        Waiting.until("another flow", () -> flows().size() == 1);
        assertEquals("module", source.name());
        assertEquals(8, flows().number(FlowField.LOCAL_PORT, 0));
        assertEquals(List.of("opened", "refreshed", "closed"), done);
    }

    /** Counters do not go back when the source changes. */
    @Test
    void shouldCountOnWhileTheModuleIsAway() throws Exception {
        assertEquals(4, source.statistics().get(FlowStatistic.ACTIVE_FLOWS));
        takeAway();
        source.refresh();
        assertEquals(1, source.statistics().get(FlowStatistic.ACTIVE_FLOWS), "the other's");
        assertEquals(25877, source.statistics().get(FlowStatistic.FOUND), "the module's");
        assertEquals(1, source.statistics().get(FlowStatistic.SOURCE_LOST));
    }

    @Test
    void shouldWriteSettingsThatWereChangedWhileTheModuleWasUnloaded() throws Exception {
        SettingUser used = source.settingUser();
        takeAway();
        source.refresh();
        assertEquals(SettingUser.MODULE, used);
        assertEquals(used, source.settingUser());
        Files.delete(files.file("probetime"));
        settings.change(Settings.PROBETIME, "200", "a user");
        files.sysctl("probetime", "500");
        bringBack("");
        assertEquals("200", files.sysctl("probetime"));
        assertEquals(200, settings.get(Settings.PROBETIME));
    }

    @Test
    void shouldTryAgainWhenTheOtherSourceCannotBeOpened() throws Exception {
        takeAway();
        refused = true;
        assertThrows(IOException.class, () -> source.refresh());
        assertEquals("module", source.name());
        refused = false;
        assertEquals(77, flows().flowId(0));
    }

    @Test
    void shouldCloseBoth() throws Exception {
        takeAway();
        source.refresh();
        close();
        assertEquals(List.of("opened", "closed"), done);
        assertFalse(module.rows().memory().scope().isAlive());
    }
}
