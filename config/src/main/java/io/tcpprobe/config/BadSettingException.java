package io.tcpprobe.config;

/** A change that is refused. Nothing was changed. */
public final class BadSettingException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a change is refused; each connector answers in its own protocol's words. */
    public enum Reason {
        /** No setting has this name. */
        UNKNOWN,
        /** The value is out of range or has the wrong form. */
        VALUE,
        /** The setting changes at start only. */
        READ_ONLY,
        /** The value was right but could not be kept. */
        NOT_KEPT,
        /** Too many changes before this one have not reached all listeners yet. */
        BUSY
    }

    private final Reason reason;
    private final transient Problem problem;

    /** A refusal; the message is the problem's text. */
    public BadSettingException(Reason reason, Problem problem) {
        super(problem.toString());
        this.reason = reason;
        this.problem = problem;
    }

    /** What is wrong. */
    public Problem problem() {
        return problem;
    }

    /** Why it is refused. */
    public Reason reason() {
        return reason;
    }
}
