package io.tcpprobe.kernel.records;

/** The output format of records. */
public enum RecordFormat {
    /** The 19 fields of tcp_probe_plus. */
    TCPPROBE,
    /** One JSON object per line, with every field of the flow that is present, by name. */
    JSON
}
