package io.tcpprobe.kernel.flow;

/**
 * The statistics of a source. Names and meanings are those of /proc/net/stat/lyatiss_cw_tcpprobe of the Linux module
 * tcp_probe_plus, up to {@link #COPY_FAILED}. A statistic that a source does not have is absent.
 */
public enum FlowStatistic {
    ACTIVE_FLOWS(1, "activeFlows", false, "Number of flows that are tracked now."),
    MEMORY(2, "memory", false, "Memory used by the rows of the flows, in bytes."),
    HASH_SIZE(3, "hashSize", false, "Number of slots of the flow hash table."),
    HASH_MEMORY(4, "hashMemory", false, "Memory used by the flow hash table, in bytes."),
    SEARCH_FLOWS(
            5,
            "searchFlows",
            true,
            "Lookups in the flow hash table that met another flow in the same slot (collisions)."),
    FOUND(6, "found", true, "Lookups that found a tracked flow; with bpf and module, one for each received segment."),
    NEW(7, "new", true, "Flows added."),
    RESET(8, "reset", true, "Flows that ended."),
    PURGE_IN_PROGRESS(9, "purgeInProgress", true, "ACKs skipped because the flow table was locked."),
    RING_FULL(10, "ringFull", true, "Samples dropped because the reader was too slow."),
    MAXFLOW_REACHED(11, "maxflowReached", true, "Times that a new flow was skipped because maxflows was reached."),
    MEMORY_ALLOC_FAILED(12, "memoryAllocFailed", true, "New flows skipped for lack of memory."),
    MULTIPLE_READER(
            13,
            "multipleReader",
            true,
            "Samples read by another reader than the previous one: several programs read at the same time."),
    COPY_FAILED(14, "copyFailed", true, "Samples that could not be copied to the reader."),
    BAD_LINES(15, "badLines", true, "Lines of records that could not be parsed and were skipped."),
    SOURCE_LOST(16, "sourceLost", true, "Times that the kernel module was removed while the agent ran."),
    CONNECTS_REFUSED(17, "connectsRefused", true, "Calls of connect() that the peer refused."),
    CONNECTS_TIMED_OUT(18, "connectsTimedOut", true, "Calls of connect() that were not answered."),
    CONNECTS_UNREACHABLE(19, "connectsUnreachable", true, "Calls of connect() whose peer cannot be reached, by ICMP."),
    CONNECTS_OTHER(20, "connectsOther", true, "Calls of connect() that failed or were cancelled for another reason.");

    private final int id;
    private final String label;
    private final boolean counter;
    private final String doc;

    FlowStatistic(int id, String label, boolean counter, String doc) {
        this.id = id;
        this.label = label;
        this.counter = counter;
        this.doc = doc;
    }

    /** Returns its id: the arc of its SNMP object below .1.3. */
    public int id() {
        return id;
    }

    /** Returns its name in every projection. */
    public String label() {
        return label;
    }

    /** Returns true if it is a counter, false if it is a gauge. */
    public boolean counter() {
        return counter;
    }

    /** Returns its description. */
    public String doc() {
        return doc;
    }
}
