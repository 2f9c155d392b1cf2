package io.tcpprobe.agent.snmp.model;

/** A request comes to an object that must read the kernel first. It is begun again where it may take its time. */
public final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotReadyException() {
        super("the kernel must be read first", null, false, false);
    }
}
