package io.tcpprobe.agent.doctor;

import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.connector.PortCheck;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses that an agent started now would listen on, and snmpd beside it.
 *
 * @param configuration has the addresses
 * @param connectors all connectors
 * @param holders finds the process that has an address
 */
record PortsCheck(Configuration configuration, List<ConnectorType> connectors, PortHolders holders) implements Check {
    private static final String SNMPD = "snmpd";
    private static final int SNMP_PORT = 161;

    @Override
    public List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        for (ConnectorType.Listener listener : PortCheck.listeners(connectors)) {
            for (InetSocketAddress address : configuration.early(listener.setting())) {
                found.add(finding(listener, address));
            }
        }
        snmpd().ifPresent(found::add);
        return found;
    }

    private Finding finding(ConnectorType.Listener listener, InetSocketAddress address) {
        String text = AddressText.of(address);
        Optional<Problem> problem = PortCheck.of(listener, address);
        if (problem.isEmpty()) {
            return Finding.ok(listener.name(), text + " is free");
        }
        Optional<PortHolders.Holder> holder = holders.find(listener.transport(), address);
        return holder.map(process -> taken(listener, text, process))
                .orElseGet(() -> Finding.of(Finding.Level.FAILS, listener.name(), problem.get()));
    }

    private static Finding taken(ConnectorType.Listener listener, String text, PortHolders.Holder holder) {
        String choose = "choose another port with --set " + listener.setting().name() + "=HOST:PORT";
        return Finding.fails(
                listener.name(),
                text + " is taken by " + holder,
                holder.command().equals(SNMPD)
                        ? "both can run: " + choose + " (default "
                                + listener.setting().defaultText() + ")"
                        : "stop that process, or " + choose);
    }

    /** Returns that snmpd has the standard port, unless it is one of ours and reported above. */
    private Optional<Finding> snmpd() {
        InetSocketAddress standard = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), SNMP_PORT);
        boolean ours = PortCheck.listeners(connectors).stream()
                .filter(listener -> listener.transport() == ConnectorType.Transport.UDP)
                .flatMap(listener -> configuration.early(listener.setting()).stream())
                .anyMatch(address -> address.getPort() == SNMP_PORT);
        return ours
                ? Optional.empty()
                : holders.find(ConnectorType.Transport.UDP, standard)
                        .map(holder -> Finding.ok("snmp port 161", holder + " has it; the agent runs beside it"));
    }
}
