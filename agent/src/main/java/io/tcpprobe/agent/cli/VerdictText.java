package io.tcpprobe.agent.cli;

/** A verdict as the terminal shows it. */
final class VerdictText {
    private static final double PER_MILLE_PER_PERCENT = 10;

    private VerdictText() {}

    /** Returns the text: "rwnd 98%". */
    static String of(String verdict, long shareInPerMille) {
        return verdict + ' ' + Math.round(shareInPerMille / PER_MILLE_PER_PERCENT) + '%';
    }
}
