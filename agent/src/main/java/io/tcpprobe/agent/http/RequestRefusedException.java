package io.tcpprobe.agent.http;

/** A request is refused. */
final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** Creates an exception to be answered with this HTTP status. */
    RequestRefusedException(int status, String why) {
        super(why, null, false, false); // clients can cause it at will: no stack trace
        this.status = status;
    }

    int status() {
        return status;
    }

    Answer answer() {
        return Answer.jsonError(status, String.valueOf(getMessage()));
    }
}
