package io.tcpprobe.agent.groups;

import java.util.Locale;

/** The role of this host in a connection. */
public enum FlowRole {
    CLIENT,
    SERVER,
    UNKNOWN;

    /** Returns its name, which is that of its group: "client". */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
