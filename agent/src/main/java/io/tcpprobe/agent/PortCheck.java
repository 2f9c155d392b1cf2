package io.tcpprobe.agent;

import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.ListenProblem;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the addresses that cannot be listened on when the agent does not start for another reason. All problems are thus reported at once.
 */
final class PortCheck {
    private PortCheck() {}

    static List<Problem> of(Configuration configuration, List<ConnectorType> connectors) {
        List<Problem> problems = new ArrayList<>();
        for (ConnectorType type : connectors) {
            for (InetSocketAddress address : configuration.early(type.listen())) {
                try {
                    bind(type.transport(), address);
                } catch (IOException failed) {
                    problems.add(ListenProblem.of(type.listener(), type.listen(), address, failed));
                }
            }
        }
        return problems;
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
