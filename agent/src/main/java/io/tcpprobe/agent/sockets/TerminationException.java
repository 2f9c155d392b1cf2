package io.tcpprobe.agent.sockets;

/** A connection was not deleted; the message says why, and what to do about it. */
public final class TerminationException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a connection was not deleted. */
    public enum Reason {
        /** There is no such connection, or no longer. */
        NOT_THERE,
        /** It is a listener: those are not deleted. */
        LISTENER,
        /** This process or this kernel cannot do it. */
        NOT_POSSIBLE,
        /** The kernel could not be asked, or refused for another reason. */
        FAILED
    }

    private final Reason reason;

    /** A deletion that was refused. */
    public TerminationException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
