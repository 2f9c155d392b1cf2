package io.tcpprobe.config;

/** The group of a setting: its section of docs/settings.md, and the subtree of its SNMP object. */
public enum SettingGroup {
    /** The sampler and the snapshots of flows; objects of TCPPROBE-MIB. */
    SAMPLER,
    /** The controls of TCP-ESTATS-MIB (RFC 4898). */
    ESTATS,
    /** The connectors and all other settings; the objects are those of the group system of SNMPv2-MIB (RFC 3418). */
    CONNECTORS
}
