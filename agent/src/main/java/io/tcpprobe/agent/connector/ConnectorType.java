package io.tcpprobe.agent.connector;

import io.tcpprobe.config.Setting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * An entry in the list of connectors. To add a connector, add a package with an implementation of {@link Connector}, and its type to the
 * agent's list.
 *
 * @param name its name in logs, errors and the console: "snmp"
 * @param listener where it listens; empty if it is a push connector, which connects to others
 * @param placement when it opens inside an application
 * @param opener opens it
 */
public record ConnectorType(String name, Optional<Listener> listener, Placement placement, Opener opener) {
    /**
     * Where a connector listens.
     *
     * @param name its name in errors: "snmp udp"
     * @param setting the setting with the addresses; if it is empty, the connector does not listen
     * @param transport the transport protocol of the addresses
     */
    public record Listener(String name, Setting<List<InetSocketAddress>> setting, Transport transport) {}

    /** Returns the type of a connector that listens. */
    public static ConnectorType listening(
            String name,
            Setting<List<InetSocketAddress>> setting,
            Transport transport,
            Placement placement,
            Opener opener) {
        Listener listener = new Listener(name + ' ' + transport.label(), setting, transport);
        return new ConnectorType(name, Optional.of(listener), placement, opener);
    }

    /** Returns its name in errors: "snmp udp"; of a push connector, "otlp". */
    public String listenerName() {
        return listener.map(Listener::name).orElse(name);
    }

    /** Returns the type of a push connector. */
    public static ConnectorType pushing(String name, Placement placement, Opener opener) {
        return new ConnectorType(name, Optional.empty(), placement, opener);
    }

    /** The transport protocol of a connector's addresses. */
    public enum Transport {
        UDP,
        TCP;

        /** Returns the name used in errors: "udp". */
        public String label() {
            return this == UDP ? "udp" : "tcp";
        }
    }

    /** When a connector opens inside an application. */
    public enum Placement {
        /** Opens immediately: it uses nothing that an application sets up for its JVM. */
        FIRST,
        /** Opens after the application has set up logging and management, which the connector uses. */
        AFTER_APPLICATION
    }

    /** Opens a connector. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens the connector; if this throws, nothing is left open.
         *
         * @throws io.tcpprobe.config.ProblemException with step, object, cause and remedy
         * @throws IOException if a file of the connector cannot be used
         */
        Connector open(Served served) throws IOException;
    }
}
