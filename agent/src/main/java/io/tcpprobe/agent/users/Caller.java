package io.tcpprobe.agent.users;

import java.util.Optional;

/** Who asks: a connector says it around a request, and what changes something on the way says it in its audit line. */
public final class Caller {
    private static final ScopedValue<String> WHO = ScopedValue.newInstance();

    private Caller() {}

    /**
     * Does something for a caller, in this thread.
     *
     * @param who the connector and the user: "http user ops from 10.0.0.1"
     */
    public static <T, X extends Throwable> T as(String who, ScopedValue.CallableOp<T, X> request) throws X {
        return ScopedValue.where(WHO, who).call(request);
    }

    /** For whom this thread works now; empty if no connector has said it. */
    public static Optional<String> current() {
        return WHO.isBound() ? Optional.of(WHO.get()) : Optional.empty();
    }
}
