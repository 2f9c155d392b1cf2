package io.tcpprobe.agent.connector;

import io.tcpprobe.config.Setting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * An entry in the list of connectors. To add a connector, add a package with an implementation of {@link Connector}, and its type to the
 * agent's list.
 *
 * @param name its name in logs, errors and the console: "snmp"
 * @param listen the setting with its listening addresses; if the setting is empty, it does not listen
 * @param transport the transport protocol of these addresses
 * @param placement when it opens inside an application
 * @param opener opens it
 */
public record ConnectorType(
        String name, Setting<List<InetSocketAddress>> listen, Transport transport, Placement placement, Opener opener) {
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

    /** Returns the name of the listener for errors: "snmp udp". */
    public String listener() {
        return name + ' ' + transport.label();
    }
}
