package io.tcpprobe.it.bench;

/** A running SNMP agent that is measured. */
interface Measured {
    /** Returns its name in tables. */
    String name();

    /** Returns its process id. */
    long pid();

    /** Returns its UDP port on 127.0.0.1. */
    int port();
}
