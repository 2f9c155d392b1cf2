package io.tcpprobe.kernel.module;

import io.tcpprobe.config.Origin;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A folder with files as the module has them, and settings to go with it. */
public final class ModuleFolder {
    static final String STATISTICS = """
            Flows: active 4 mem 1K
            Hash: size 4721 mem 36K
            cpu# hash_stat: <search_flows found new reset>, ack_drop: <purge_in_progress ring_full>, conn_drop: \
            <maxflow_reached memory_alloc_failed>, err: <multiple_reader copy_failed>
            Total: hash_stat:      1  25877    151    147, ack_drop:      2      3, conn_drop:      4      5, err:      6      7
            cpu0: hash_stat:      1  25877    151    147, ack_drop:      2      3, conn_drop:      4      5, err:      6      7
            """;

    public final ModuleFiles files;
    final List<SettingValue<?>> values = new ArrayList<>();
    private final Path sysctls;

    public ModuleFolder(Path folder) throws Exception {
        sysctls = Files.createDirectory(folder.resolve("sysctls"));
        files = new ModuleFiles(
                folder.resolve("tcpprobe"), folder.resolve("statistics"), sysctls, folder.resolve("version"));
        Files.writeString(files.records(), "");
        Files.writeString(files.statistics(), STATISTICS);
        Files.writeString(files.version(), "2.0.0\n");
        for (Setting<?> setting : Settings.usedBy(SettingUser.SYSCTL)) {
            sysctl(setting.name(), setting.defaultText());
        }
        sysctl("purge_time", "300");
        values.add(Settings.SNAPSHOTAGE.of(50L));
    }

    /** The file of a setting. */
    public Path file(String name) {
        return sysctls.resolve(name);
    }

    /** Sets it there. */
    public void sysctl(String name, String value) throws IOException {
        Files.writeString(file(name), value + "\n");
    }

    /** What is set there. */
    public String sysctl(String name) throws IOException {
        return Files.readString(file(name)).strip();
    }

    /** Settings here. */
    public SettingStore settings() throws Exception {
        return new SettingStore(Map.of(Origin.COMMAND_LINE, values), _ -> {});
    }

    /** Opens the source. */
    public ModuleSource open(SettingStore settings) throws IOException {
        return ModuleSource.open(files, settings, System::nanoTime, new FlowIds(), (_, _) -> {});
    }

    /** Appends a record of the flow with this port. */
    public void record(int port, int cwnd, int length) throws IOException {
        Files.writeString(files.records(), line(port, cwnd, length), StandardOpenOption.APPEND);
    }

    /** A record of the flow with this port. */
    public static String line(int port, int cwnd, int length) {
        return "0.5 10.0.0.1:" + port + " 10.0.0.2:80 " + length + " 0x65 0x64 " + cwnd
                + " 2147483647 65536 11000 50000 211000 0 0 3 0 0 1 0x64\n";
    }
}
