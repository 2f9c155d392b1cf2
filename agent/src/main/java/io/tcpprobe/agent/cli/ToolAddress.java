package io.tcpprobe.agent.cli;

/** Where the SNMP connector listens, as the tools of Net-SNMP want to be given it. */
final class ToolAddress {
    private ToolAddress() {}

    /** @param address "127.0.0.1:1161", "[::1]:1161" */
    static String of(String address) {
        return address.startsWith("[") ? "udp6:" + address : address;
    }
}
