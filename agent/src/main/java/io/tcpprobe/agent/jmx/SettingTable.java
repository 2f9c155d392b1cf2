package io.tcpprobe.agent.jmx;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;

/** All settings as rows of tabular data. */
final class SettingTable {
    private static final String NAME = "name";

    private static final OpenTable<Row> TABLE = new OpenTable<>(
            new OpenTable.Names("Setting", "One setting.", "Settings", "All settings.", NAME),
            List.of(
                    text(NAME, "Name of the setting.", row -> row.setting.name()),
                    text("value", "Current value; a secret is not shown.", row -> row.store.shown(row.setting)),
                    text("default", "Default value.", row -> row.setting.defaultText()),
                    text("range", "Allowed values.", row -> row.setting.syntax().rule()),
                    text("unit", "Unit of the value.", row -> row.setting.unit().label()),
                    OpenTable.Column.of(
                            "writable",
                            SimpleType.BOOLEAN,
                            "True if it can be changed while the agent runs.",
                            row -> row.setting.writable()),
                    OpenTable.Column.of(
                            "used", SimpleType.BOOLEAN, "True if it affects the running source.", Row::isUsed),
                    text(
                            "origin",
                            "Origin of the value.",
                            row -> row.store.origin(row.setting).label()),
                    text("doc", "Description.", row -> row.setting.doc())));

    /** The type of the table. */
    static final TabularType TYPE = TABLE.type();

    private SettingTable() {}

    private record Row(SettingStore store, Set<Setting<?>> used, Setting<?> setting) {
        /** Returns true if the setting has an effect in this process. */
        boolean isUsed() {
            return used.contains(setting) || setting.group() != SettingGroup.SAMPLER;
        }
    }

    private static OpenTable.Column<Row> text(String name, String doc, Function<Row, String> text) {
        return OpenTable.Column.of(name, SimpleType.STRING, doc, text::apply);
    }

    /**
     * Returns all settings.
     *
     * @param used the settings that affect the active source; the connectors' settings always have an effect
     */
    static TabularData of(SettingStore store, Set<Setting<?>> used) {
        return TABLE.of(Settings.ALL.stream()
                .map(setting -> new Row(store, used, setting))
                .toList());
    }
}
