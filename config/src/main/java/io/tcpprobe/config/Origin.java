package io.tcpprobe.config;

/** The source of a setting's value. A later constant takes precedence over an earlier one. */
public enum Origin {
    DEFAULT("default"),
    FILE("configuration file"),
    SAVED("changed while running"),
    ENVIRONMENT("environment"),
    COMMAND_LINE("command line"),
    /** Changed outside of the agent, for example by sysctl in the kernel module. Lasts until the agent or the module ends. */
    OUTSIDE("changed outside");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    /** Returns the name to display. */
    public String label() {
        return label;
    }
}
