package io.tcpprobe.config;

/**
 * A change of a setting.
 *
 * @param before the value before the change
 * @param after the value since the change
 * @param who the connector and the user that made the change: "snmp user ops from 10.0.0.1"
 * @param <T> the value's type
 */
public record SettingChange<T>(SettingValue<T> before, SettingValue<T> after, String who) {
    /** Returns the setting. */
    public Setting<T> setting() {
        return after.setting();
    }
}
