package io.tcpprobe.config;

/**
 * A setting that has changed.
 *
 * @param setting which
 * @param before its value before
 * @param after its value now
 * @param who the connector and the user that changed it: "snmp user ops from 10.0.0.1"
 */
public record SettingChange(Setting<?> setting, Object before, Object after, String who) {}
