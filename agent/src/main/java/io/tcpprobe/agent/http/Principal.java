package io.tcpprobe.agent.http;

/**
 * The author of a request.
 *
 * @param who the author for the audit log: "http user ops from 10.0.0.1"
 * @param known true if the author is an authenticated user
 * @param writes true if the author may write and run operations that change something
 * @param deliberate true if no page of another site can have made a browser send the request
 */
record Principal(String who, boolean known, boolean writes, boolean deliberate) {
    private static final ScopedValue<Principal> CURRENT = ScopedValue.newInstance();

    /** Runs a request in this thread on behalf of this principal. */
    <T, X extends Throwable> T visit(ScopedValue.CallableOp<T, X> request) throws X {
        return ScopedValue.where(CURRENT, this).call(request);
    }

    /** Returns true if this thread works for a principal who is an authenticated user. */
    static boolean currentIsKnown() {
        return CURRENT.isBound() && CURRENT.get().known;
    }

    /** Returns true if this thread works for a principal who may change something by this request. */
    static boolean currentWrites() {
        return CURRENT.isBound() && CURRENT.get().writes && CURRENT.get().deliberate;
    }

    /** Returns true if this thread works for a principal who may change something, but not by this request. */
    static boolean currentMayBeForged() {
        return CURRENT.isBound() && CURRENT.get().writes && !CURRENT.get().deliberate;
    }
}
