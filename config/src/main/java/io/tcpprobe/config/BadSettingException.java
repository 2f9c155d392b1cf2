package io.tcpprobe.config;

/** Thrown when a change of settings is refused. No setting has changed. */
public final class BadSettingException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The reason of a refusal; each connector maps it to an error of its protocol. */
    public enum Reason {
        /** No setting has this name. */
        UNKNOWN,
        /** The value is out of range or has the wrong form. */
        VALUE,
        /** The setting changes at start only. */
        READ_ONLY,
        /** The value is valid but could not be saved. */
        NOT_KEPT,
        /** Too many changes before this one have not reached all listeners yet. */
        BUSY
    }

    private final Reason reason;
    private final transient Problem problem;

    /** Creates a refusal; the message is the problem's text. */
    public BadSettingException(Reason reason, Problem problem) {
        super(problem.toString());
        this.reason = reason;
        this.problem = problem;
    }

    /** Returns the problem. */
    public Problem problem() {
        return problem;
    }

    /** Returns the reason of the refusal. */
    public Reason reason() {
        return reason;
    }
}
