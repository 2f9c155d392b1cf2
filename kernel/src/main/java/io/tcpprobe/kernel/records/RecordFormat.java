package io.tcpprobe.kernel.records;

/** How records are written. */
public enum RecordFormat {
    /** The 19 fields of tcp_probe_plus. */
    TCPPROBE,
    /** One JSON object a line: every value of the flow that is present, by its name. */
    JSON
}
