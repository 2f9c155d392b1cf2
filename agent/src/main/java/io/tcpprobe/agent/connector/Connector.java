package io.tcpprobe.agent.connector;

import io.tcpprobe.agent.threads.VitalPart;
import java.net.InetSocketAddress;
import java.util.List;

/** An open connector: one protocol through which managers access the agent. See {@link ConnectorType}. */
public interface Connector extends AutoCloseable {
    /** A connector that is switched off: it does nothing. */
    Connector OFF = new Connector() {
        @Override
        public List<InetSocketAddress> addresses() {
            return List.of();
        }

        @Override
        public List<Access> access() {
            return List.of();
        }

        @Override
        public void close() {}
    };

    /** Returns the listening addresses, with the actual port in place of port 0; empty if it does not listen. */
    List<InetSocketAddress> addresses();

    /** Returns how clients access it, in the order in which the console shows it. */
    List<Access> access();

    /** Returns the parts that must make progress while the connector is open. */
    default List<VitalPart> vitalParts() {
        return List.of();
    }

    /** Closes the connector and everything that it has opened. */
    @Override
    void close();

    /**
     * A way to access a connector, as the console shows it when the agent has started.
     *
     * @param where the address: "udp 127.0.0.1:1161"
     * @param command an example command that uses it
     */
    record Access(String where, String command) {}
}
