package io.tcpprobe.agent.plot;

/** The states of congestion control (the kernel's tcp_ca_state), in the order of caState. The height tells them apart without colours. */
enum CongestionState {
    OPEN("open", "#B5B5B5", 4),
    DISORDER("disorder", "#56B4E9", 9),
    CWR("CWR", "#E69F00", 13),
    RECOVERY("recovery", "#D55E00", 18),
    LOSS("loss", "#000000", 24);

    private static final CongestionState[] ALL = values();

    private final String label;
    private final String colour;
    private final int height;

    CongestionState(String label, String colour, int height) {
        this.label = label;
        this.colour = colour;
        this.height = height;
    }

    /** Returns the state of a number; a number that is not known yet is the last. */
    static CongestionState of(long number) {
        return ALL[Math.clamp(number, 0, ALL.length - 1)];
    }

    String label() {
        return label;
    }

    String colour() {
        return colour;
    }

    /** Returns the height of its part of the ribbon, in pixels. */
    int height() {
        return height;
    }
}
