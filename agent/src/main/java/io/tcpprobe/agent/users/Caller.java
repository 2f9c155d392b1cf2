package io.tcpprobe.agent.users;

import java.util.Optional;

/** The client on whose behalf a thread works. A connector sets it around a request; audit lines of changes name it. */
public final class Caller {
    private static final ScopedValue<String> WHO = ScopedValue.newInstance();

    private Caller() {}

    /**
     * Runs a request on behalf of a caller, on this thread.
     *
     * @param who the connector and the user: "http user ops from 10.0.0.1"
     */
    public static <T, X extends Throwable> T as(String who, ScopedValue.CallableOp<T, X> request) throws X {
        return ScopedValue.where(WHO, who).call(request);
    }

    /** Returns the caller of this thread; empty if no connector has set one. */
    public static Optional<String> current() {
        return WHO.isBound() ? Optional.of(WHO.get()) : Optional.empty();
    }
}
