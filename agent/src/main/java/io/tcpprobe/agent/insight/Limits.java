package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.Verdict;
import java.util.Arrays;

/** The shares of a time in which each limit of a sender applied; the limits are verdicts. Reused for all flows of an evaluation. */
final class Limits {
    private static final Verdict[] ALL = Verdict.ofSender().toArray(Verdict[]::new);

    /** By the number of the verdict. */
    private final double[] shares = new double
            [1 + Verdict.ofSender().stream().mapToInt(Verdict::number).max().orElse(0)];

    private Verdict largest = Verdict.UNKNOWN;
    private double next;

    void clear() {
        Arrays.fill(shares, 0);
        largest = Verdict.UNKNOWN;
        next = 0;
    }

    void add(Verdict limit, double share) {
        shares[limit.number()] += share;
    }

    void add(Limits more) {
        for (int i = 0; i < shares.length; i++) {
            shares[i] += more.shares[i];
        }
    }

    double share(Verdict limit) {
        return shares[limit.number()];
    }

    /** Raises the share of a limit to at least this, as far as the others can give; they shrink by the same factor. */
    void raise(Verdict limit, double least) {
        double own = share(limit);
        double others = -own;
        for (double share : shares) {
            others += share;
        }
        double missing = Math.min(least - own, others);
        if (missing <= 0) {
            return;
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] *= (others - missing) / others;
        }
        shares[limit.number()] = own + missing;
    }

    /** Finds the maximum share, and the next one. Called after the last change, before {@link #largest} and {@link #lead}. */
    void rank() {
        largest = Verdict.UNKNOWN;
        next = 0;
        for (Verdict limit : ALL) {
            double share = share(limit);
            if (share > share(largest)) {
                next = share(largest);
                largest = limit;
            } else {
                next = Math.max(next, share);
            }
        }
    }

    /** Returns the limit with the maximum share; of equal ones, the first in the order of the verdicts. */
    Verdict largest() {
        return largest;
    }

    /** Returns how far the maximum share is above the next one. */
    double lead() {
        return share(largest) - next;
    }
}
