package io.tcpprobe.agent.connector;

/** Converts an address of the SNMP connector to the notation of Net-SNMP's tools. */
public final class ToolAddress {
    private ToolAddress() {}

    /** Returns the agent argument for "127.0.0.1:1161" or "[::1]:1161". */
    public static String of(String address) {
        return address.startsWith("[") ? "udp6:" + address : address;
    }
}
