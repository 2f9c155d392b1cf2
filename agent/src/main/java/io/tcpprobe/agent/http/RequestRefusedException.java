package io.tcpprobe.agent.http;

/** A request that is not carried out. */
final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** To be answered with this status. */
    RequestRefusedException(int status, String why) {
        super(why, null, false, false); // made at will by clients: no stack trace
        this.status = status;
    }

    int status() {
        return status;
    }

    Answer answer() {
        return Answer.jsonError(status, String.valueOf(getMessage()));
    }
}
