package io.tcpprobe.agent.http;

/**
 * Who makes a request.
 *
 * @param who for the audit line: "http user ops from 10.0.0.1"
 * @param known whether the visitor has proved to be a user
 * @param writes whether the visitor may write and run operations that change something
 * @param meant whether it is certain that no page of another site has made a browser send the request
 */
record Principal(String who, boolean known, boolean writes, boolean meant) {
    private static final ScopedValue<Principal> CURRENT = ScopedValue.newInstance();

    /** Does something for this visitor, in this thread. */
    <T, X extends Throwable> T visit(ScopedValue.CallableOp<T, X> request) throws X {
        return ScopedValue.where(CURRENT, this).call(request);
    }

    /** Whether the visitor that this thread works for, if there is one, has proved to be a user. */
    static boolean currentIsKnown() {
        return CURRENT.isBound() && CURRENT.get().known;
    }

    /** Whether the visitor that this thread works for, if there is one, may change something by this request. */
    static boolean currentWrites() {
        return CURRENT.isBound() && CURRENT.get().writes && CURRENT.get().meant;
    }

    /** Whether the visitor that this thread works for may change something, but not by this request. */
    static boolean currentNeedsProof() {
        return CURRENT.isBound() && CURRENT.get().writes && !CURRENT.get().meant;
    }
}
