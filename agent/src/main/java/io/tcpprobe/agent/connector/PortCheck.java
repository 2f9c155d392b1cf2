package io.tcpprobe.agent.connector;

import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the addresses that cannot be listened on, without opening the connectors: when the agent does not start for another reason, so that
 * all problems are reported at once, and to check a host.
 */
public final class PortCheck {
    private PortCheck() {}

    /** Returns the problems of all addresses that these connectors would listen on. */
    public static List<Problem> of(Configuration configuration, List<ConnectorType> connectors) {
        List<Problem> problems = new ArrayList<>();
        for (ConnectorType.Listener listener : listeners(connectors)) {
            for (InetSocketAddress address : configuration.early(listener.setting())) {
                of(listener, address).ifPresent(problems::add);
            }
        }
        return problems;
    }

    /** Returns where these connectors listen. */
    public static List<ConnectorType.Listener> listeners(List<ConnectorType> connectors) {
        return connectors.stream().flatMap(type -> type.listener().stream()).toList();
    }

    /** Returns the problem if a connector cannot listen on an address now. */
    public static Optional<Problem> of(ConnectorType.Listener listener, InetSocketAddress address) {
        try {
            bind(listener.transport(), address);
            return Optional.empty();
        } catch (IOException failed) {
            return Optional.of(ListenProblem.of(listener.name(), listener.setting(), address, failed));
        }
    }

    private static void bind(ConnectorType.Transport transport, InetSocketAddress address) throws IOException {
        switch (transport) {
            case UDP -> new DatagramSocket(address).close();
            case TCP -> {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.bind(address);
                }
            }
        }
    }
}
