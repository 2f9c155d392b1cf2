package io.tcpprobe.agent.sockets;

/** Reports that a connection was not deleted; the message has the cause and the remedy. */
public final class TerminationException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a connection was not deleted. */
    public enum Reason {
        /** The connection does not exist, or no longer. */
        NOT_THERE,
        /** The socket is a listener, and listeners are not deleted. */
        LISTENER,
        /** This process or this kernel does not support it. */
        NOT_POSSIBLE,
        /** The kernel could not be called, or refused for another reason. */
        FAILED
    }

    private final Reason reason;

    /** Creates an exception for a refused deletion. */
    public TerminationException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Returns the reason. */
    public Reason reason() {
        return reason;
    }
}
