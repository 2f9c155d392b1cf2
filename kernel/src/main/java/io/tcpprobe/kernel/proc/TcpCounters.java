package io.tcpprobe.kernel.proc;

/** The TCP counters of a network namespace. Values that the kernel does not have are absent. */
public interface TcpCounters {
    /**
     * Returns the group Tcp of /proc/net/snmp: the objects of TCP-MIB. RtoMin and RtoMax are the limits in force, in
     * milliseconds; the file itself always has the kernel's defaults.
     */
    Counters tcp();

    /** Returns the group TcpExt of /proc/net/netstat. */
    Counters tcpExt();

    /** Returns the group MPTcpExt of /proc/net/netstat; empty if the kernel has no MPTCP. */
    Counters mptcpExt();
}
