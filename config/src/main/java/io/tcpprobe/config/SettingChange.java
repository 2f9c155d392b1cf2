package io.tcpprobe.config;

/**
 * A setting that has changed.
 *
 * @param before its value before
 * @param after its value since the change
 * @param who the connector and the user that changed it: "snmp user ops from 10.0.0.1"
 * @param <T> the value's type
 */
public record SettingChange<T>(SettingValue<T> before, SettingValue<T> after, String who) {
    /** The setting. */
    public Setting<T> setting() {
        return after.setting();
    }
}
