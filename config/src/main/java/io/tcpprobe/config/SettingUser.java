package io.tcpprobe.config;

/** A part of the program that uses settings. Each setting names its users; see {@link Settings#usedBy}. */
public enum SettingUser {
    /** The source bpf. */
    BPF,
    /** The source module. */
    MODULE,
    /** The source diag. */
    DIAG,
    /** The source replay. */
    REPLAY,
    /** The Linux module tcp_probe_plus, which has a parameter and a sysctl of the same name. */
    SYSCTL,
    /** Selects which flows are tracked and which samples are taken. After a change the flows are read again. */
    SAMPLING,
    /** The cache of flow snapshots, and data that is cached with them. */
    SNAPSHOTS,
    /** The ended flows, and the notifications of RFC 4898. */
    ESTATS,
    /** The rules, and the events that they raise. */
    EVENTS,
    /** The SNMP connector. */
    SNMP,
    /** The JMX connector. */
    JMX,
    /** The HTTP connector. */
    HTTP,
    /** The push connectors. */
    PUSH,
    /** The agent itself: its start, its log, its state folder and its choice of a source. */
    AGENT
}
