package io.tcpprobe.agent.http.server;

/** Bytes that are not a request that can be answered. */
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** To be answered with this status. */
    BadRequestException(int status, String why) {
        super(why, null, false, false); // made at will by clients: no stack trace
        this.status = status;
    }

    int status() {
        return status;
    }
}
