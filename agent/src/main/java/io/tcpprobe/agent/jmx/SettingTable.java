package io.tcpprobe.agent.jmx;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import java.util.Set;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;

/** All settings as rows of tabular data. */
final class SettingTable {
    private static final String[] ITEMS = {
        "name", "value", "default", "range", "unit", "writable", "used", "origin", "doc"
    };
    private static final String[] DOCS = {
        "Name of the setting.",
        "Current value; a secret is not shown.",
        "Default value.",
        "Allowed values.",
        "Unit of the value.",
        "True if it can be changed while the agent runs.",
        "True if it affects the running source.",
        "Origin of the value.",
        "Description."
    };

    /** The type of the table. */
    static final TabularType TYPE = type();

    private SettingTable() {}

    private static TabularType type() {
        OpenType<?>[] types = {
            SimpleType.STRING,
            SimpleType.STRING,
            SimpleType.STRING,
            SimpleType.STRING,
            SimpleType.STRING,
            SimpleType.BOOLEAN,
            SimpleType.BOOLEAN,
            SimpleType.STRING,
            SimpleType.STRING
        };
        try {
            CompositeType row = new CompositeType("Setting", "One setting.", ITEMS, DOCS, types);
            return new TabularType("Settings", "All settings.", row, new String[] {ITEMS[0]});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("cannot define the type of a setting", wrong);
        }
    }

    /**
     * Returns all settings.
     *
     * @param used the settings that affect the active source; the connectors' settings always have an effect
     */
    static TabularData of(SettingStore store, Set<Setting<?>> used) {
        TabularDataSupport table = new TabularDataSupport(TYPE);
        for (Setting<?> setting : Settings.ALL) {
            Object[] row = {
                setting.name(),
                store.shown(setting),
                setting.defaultText(),
                setting.syntax().rule(),
                setting.unit().label(),
                setting.writable(),
                isUsed(setting, used),
                store.origin(setting).label(),
                setting.doc()
            };
            try {
                table.put(new CompositeDataSupport(TYPE.getRowType(), ITEMS, row));
            } catch (OpenDataException wrong) {
                throw new IllegalStateException("a setting does not match its type", wrong);
            }
        }
        return table;
    }

    /** Returns true if a setting has an effect in this process. */
    static boolean isUsed(Setting<?> setting, Set<Setting<?>> used) {
        return used.contains(setting) || setting.group() != SettingGroup.SAMPLER;
    }
}
