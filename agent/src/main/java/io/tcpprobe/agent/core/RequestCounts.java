package io.tcpprobe.agent.core;

import java.util.concurrent.atomic.LongAdder;

/** How many requests each connector has received, refused ones included. Thread-safe. */
public final class RequestCounts {
    /** A protocol whose requests are counted. */
    public enum Protocol {
        HTTP,
        SNMP
    }

    private final LongAdder http = new LongAdder();
    private final LongAdder snmp = new LongAdder();

    /** Counts a request. */
    public void add(Protocol protocol) {
        of(protocol).increment();
    }

    /** Returns the number of requests since the agent started. */
    public long total(Protocol protocol) {
        return of(protocol).sum();
    }

    private LongAdder of(Protocol protocol) {
        return switch (protocol) {
            case HTTP -> http;
            case SNMP -> snmp;
        };
    }
}
