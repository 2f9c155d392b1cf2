package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.Optional;

/** A verdict as the terminal shows it. */
public final class VerdictText {
    private static final double PER_MILLE_PER_PERCENT = 10;

    private VerdictText() {}

    /** Returns the text: "rwnd 98%". */
    public static String of(String verdict, long shareInPerMille) {
        return verdict + ' ' + Math.round(shareInPerMille / PER_MILLE_PER_PERCENT) + '%';
    }

    /** Returns what limits a flow over the last window: "rwnd 98%"; of a flow that sends nothing, as receiver. "-" if it is unknown. */
    static String of(Flow flow) {
        return isAboutSender(flow)
                ? of(flow, VerdictField.VERDICT, VerdictField.VERDICT_SHARE)
                : of(flow, VerdictField.RECEIVER_VERDICT, VerdictField.RECEIVER_SHARE);
    }

    /** Returns a verdict with its share; "-" if it is unknown. */
    static String of(Flow flow, VerdictField verdict, VerdictField share) {
        return flow.has(share) ? of(flow.text(verdict), flow.number(share)) : ValueText.ABSENT;
    }

    /** Returns the verdict that {@link #of(Flow)} shows. */
    static Optional<Verdict> shown(Flow flow) {
        VerdictField field = isAboutSender(flow) ? VerdictField.VERDICT : VerdictField.RECEIVER_VERDICT;
        return flow.has(field) ? Verdict.of(flow.number(field)) : Optional.empty();
    }

    /** Returns the style of the verdict that {@link #of(Flow)} shows. */
    static Style style(Flow flow) {
        return shown(flow).map(VerdictText::style).orElse(Style.PLAIN);
    }

    /** Returns the style of a verdict: whether something is to be done about it. */
    static Style style(Verdict verdict) {
        return switch (verdict) {
            case UNKNOWN, IDLE -> Style.PLAIN;
            case APP, PEER -> Style.GOOD;
            case RWND, SNDBUF, PACING, LOCAL, SLOW_READER, RCVBUF -> Style.WARNING;
            case NET, RECOVERY -> Style.BAD;
        };
    }

    private static boolean isAboutSender(Flow flow) {
        boolean sends = !flow.has(VerdictField.VERDICT) || flow.number(VerdictField.VERDICT) != Verdict.IDLE.number();
        boolean receives = flow.has(VerdictField.RECEIVER_VERDICT)
                && flow.number(VerdictField.RECEIVER_VERDICT) != Verdict.IDLE.number();
        return sends || !receives;
    }
}
