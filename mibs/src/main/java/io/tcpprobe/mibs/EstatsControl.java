package io.tcpprobe.mibs;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;

/** The controls of TCP-ESTATS-MIB, and the setting that each is. */
public enum EstatsControl {
    PATH(1, "tcpEStatsControlPath"),
    STACK(2, "tcpEStatsControlStack"),
    APP(3, "tcpEStatsControlApp"),
    TUNE(4, "tcpEStatsControlTune"),
    NOTIFY(5, "tcpEStatsControlNotify"),
    LATENCY(6, "tcpEStatsConnTableLatency");

    /** tcpEStatsControl. */
    public static final Oid ROOT = EstatsTable.ROOT.then(1, 2);

    private final int arc;
    private final String label;

    EstatsControl(int arc, String label) {
        this.arc = arc;
        this.label = label;
    }

    /** Its descriptor. */
    public String label() {
        return label;
    }

    /** The setting that it reads and writes. */
    public Setting<Long> setting() {
        return switch (this) {
            case PATH -> Settings.ESTATS_PATH;
            case STACK -> Settings.ESTATS_STACK;
            case APP -> Settings.ESTATS_APP;
            case TUNE -> Settings.ESTATS_TUNE;
            case NOTIFY -> Settings.ESTATS_NOTIFY;
            case LATENCY -> Settings.ESTATS_LATENCY;
        };
    }

    /** Whether it is a TruthValue, true(1) or false(2); else it is Unsigned32. */
    public boolean truth() {
        return this != LATENCY;
    }

    /** The object, without the instance's .0. */
    public Oid oid() {
        return ROOT.then(arc);
    }
}
