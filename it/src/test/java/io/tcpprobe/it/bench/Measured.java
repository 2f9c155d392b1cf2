package io.tcpprobe.it.bench;

/** A running SNMP agent that is measured. */
interface Measured {
    /** What it is called in tables. */
    String name();

    /** Its process. */
    long pid();

    /** Its UDP port on 127.0.0.1. */
    int port();
}
