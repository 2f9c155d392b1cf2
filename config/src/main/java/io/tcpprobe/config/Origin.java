package io.tcpprobe.config;

/** Where a setting's value comes from. A later one wins over an earlier one. */
public enum Origin {
    DEFAULT("default"),
    FILE("configuration file"),
    SAVED("changed while running"),
    ENVIRONMENT("environment"),
    COMMAND_LINE("command line"),
    /** Where the setting is in force changed by other means: by sysctl, say. Lasts until this agent or the other ends. */
    OUTSIDE("changed outside");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    /** The origin for a person. */
    public String label() {
        return label;
    }
}
