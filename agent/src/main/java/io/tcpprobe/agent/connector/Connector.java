package io.tcpprobe.agent.connector;

import java.net.InetSocketAddress;
import java.util.List;

/** An open connector: one protocol by which managers reach the agent. See {@link ConnectorType}. */
public interface Connector extends AutoCloseable {
    /** Returns the addresses that are listened on, with the ports that port 0 became; empty if there are none. */
    List<InetSocketAddress> addresses();

    /** Returns how clients reach it, in the order in which the console shows it. */
    List<Access> access();

    /** Closes the connector and all that it has opened. */
    @Override
    void close();

    /**
     * A way to reach a connector, as the console shows it when the agent has started.
     *
     * @param where the address: "udp 127.0.0.1:1161"
     * @param command a command that uses it
     */
    record Access(String where, String command) {}
}
