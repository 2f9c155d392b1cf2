package io.tcpprobe.agent.plot;

/** How a line is drawn. Colours are those of Okabe and Ito, which the colour-blind can tell apart; dashes tell lines apart without colours. */
interface Stroke {
    /** Returns the name of the line. */
    String label();

    /** Returns the attributes of the line. */
    String stroke();

    /**
     * Returns the attributes of a line.
     *
     * @param colour its colour
     * @param width its width in pixels
     * @param dashes lengths of dashes and gaps; empty for none
     */
    static String attributes(String colour, double width, String dashes) {
        return "fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"" + width + "\""
                + (dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes + "\"");
    }
}
