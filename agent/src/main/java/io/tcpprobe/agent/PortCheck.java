package io.tcpprobe.agent;

import io.tcpprobe.agent.connector.ListenProblem;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks which addresses could not be listened on, when the agent does not start for another reason: so that its user is told
 * everything at once.
 */
final class PortCheck {
    private PortCheck() {}

    static List<Problem> of(Configuration configuration) {
        List<Problem> problems = new ArrayList<>();
        for (InetSocketAddress address : configuration.early(Settings.SNMP_LISTEN)) {
            try (DatagramSocket socket = new DatagramSocket(address)) {
                socket.disconnect();
            } catch (IOException failed) {
                problems.add(ListenProblem.of("udp", Settings.SNMP_LISTEN, address, failed));
            }
        }
        for (Setting<List<InetSocketAddress>> listen : List.of(Settings.HTTP_LISTEN, Settings.JMX_LISTEN)) {
            for (InetSocketAddress address : configuration.early(listen)) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.bind(address);
                } catch (IOException failed) {
                    problems.add(ListenProblem.of("tcp", listen, address, failed));
                }
            }
        }
        return problems;
    }
}
