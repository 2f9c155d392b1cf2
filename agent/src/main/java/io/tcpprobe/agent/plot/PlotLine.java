package io.tcpprobe.agent.plot;

/**
 * The lines of a plot of a connection. They are drawn in this order: in flight, which is narrow, remains visible on cwnd, which is wide.
 */
enum PlotLine implements Stroke {
    SSTHRESH("ssthresh", "#E69F00", 1.4, "9 3 2 3"),
    SEND_BUFFER("send buffer", "#CC79A7", 1.4, "2 3"),
    SEND_WINDOW("send window", "#009E73", 1.4, "8 4"),
    CWND("cwnd", "#D55E00", 2.6, ""),
    IN_FLIGHT("in flight", "#0072B2", 1.2, ""),
    RTO("RTO (right axis)", "#7A4F9A", 1.3, "6 3"),
    SRTT("srtt", "#0072B2", 1.4, "");

    private final String label;
    private final String colour;
    private final double width;
    private final String dashes;

    PlotLine(String label, String colour, double width, String dashes) {
        this.label = label;
        this.colour = colour;
        this.width = width;
        this.dashes = dashes;
    }

    @Override
    public String label() {
        return label;
    }

    String colour() {
        return colour;
    }

    @Override
    public String stroke() {
        return Stroke.attributes(colour, width, dashes);
    }
}
