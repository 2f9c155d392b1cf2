package io.tcpprobe.mibs;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;

/** Maps settings to their scalar objects. A setting declares its arc and its descriptor; the subtree follows from its group. */
public final class SettingObjects {
    private static final Oid ESTATS_CONTROL = EstatsTable.ROOT.then(1, 2);
    private static final Oid SYSTEM = Oid.of(1, 3, 6, 1, 2, 1, 1);

    private SettingObjects() {}

    /** Returns the subtree of a group: tcpProbeSettings, tcpEStatsControl, nlmConfig, or system of SNMPv2-MIB. */
    public static Oid root(SettingGroup group, TcpProbeMib mib) {
        return switch (group) {
            case SAMPLER -> mib.settings();
            case ESTATS -> ESTATS_CONTROL;
            case NOTIFICATION_LOG -> NotificationLogMib.CONFIG;
            case CONNECTORS -> SYSTEM;
        };
    }

    /**
     * Returns the object id of a setting, without the instance's .0.
     *
     * @throws IllegalArgumentException if the setting has no object
     */
    public static Oid of(Setting<?> setting, TcpProbeMib mib) {
        return root(setting.group(), mib).then(scalar(setting).arc());
    }

    /** Returns the arc and the descriptor of a setting that has an object. */
    static Setting.ScalarObject scalar(Setting<?> setting) {
        return setting.object()
                .orElseThrow(() -> new IllegalArgumentException(setting.name() + " has no object in SNMP"));
    }
}
