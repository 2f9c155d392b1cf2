package io.tcpprobe.config;

/** The group of a setting: its section of docs/settings.md, and the subtree of its SNMP object. */
public enum SettingGroup {
    /** The sampler and the snapshots of flows; objects of TCPPROBE-MIB. */
    SAMPLER("The sampler"),
    /** The controls of TCP-ESTATS-MIB (RFC 4898). */
    ESTATS("TCP-ESTATS-MIB"),
    /** The limits of the log of notifications; objects of NOTIFICATION-LOG-MIB (RFC 3014). */
    NOTIFICATION_LOG("NOTIFICATION-LOG-MIB"),
    /** The connectors and all other settings; the objects are those of the group system of SNMPv2-MIB (RFC 3418). */
    CONNECTORS("Connectors and other settings");

    private final String title;

    SettingGroup(String title) {
        this.title = title;
    }

    /** Returns the title of the group's section in documents. */
    public String title() {
        return title;
    }
}
