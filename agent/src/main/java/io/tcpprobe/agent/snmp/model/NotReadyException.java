package io.tcpprobe.agent.snmp.model;

/**
 * A request needs an object that must read the kernel first. The request is restarted on the background executor, where it may
 * block.
 */
public final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotReadyException() {
        super("not cached: the kernel must be read first", null, false, false);
    }
}
