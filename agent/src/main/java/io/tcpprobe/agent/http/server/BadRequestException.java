package io.tcpprobe.agent.http.server;

/** Received bytes do not form a request that can be answered. */
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** Creates an exception to be answered with this HTTP status. */
    BadRequestException(int status, String why) {
        super(why, null, false, false); // clients can cause it at will: no stack trace
        this.status = status;
    }

    int status() {
        return status;
    }
}
