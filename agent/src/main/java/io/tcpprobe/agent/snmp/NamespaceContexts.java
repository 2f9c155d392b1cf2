package io.tcpprobe.agent.snmp;

import io.tcpprobe.agent.namespaces.Namespace;
import io.tcpprobe.agent.namespaces.Namespaces;
import io.tcpprobe.agent.snmp.engine.Contexts;
import io.tcpprobe.agent.snmp.model.MibTree;
import io.tcpprobe.agent.snmp.model.Subtree;
import io.tcpprobe.agent.snmp.objects.CounterTable;
import io.tcpprobe.agent.snmp.objects.SocketTable;
import io.tcpprobe.agent.snmp.objects.TcpScalars;
import io.tcpprobe.mibs.TcpProbeMib;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snmp4j.smi.OctetString;

/**
 * A context for each network namespace: TCP-MIB, and the counters that it does not have. In the default context these are of the agent's own
 * network namespace.
 */
final class NamespaceContexts implements Contexts {
    private final Namespaces namespaces;
    private final TcpProbeMib mib;
    private final Map<Integer, MibTree> trees = new HashMap<>();

    NamespaceContexts(Namespaces namespaces, TcpProbeMib mib) {
        this.namespaces = namespaces;
        this.mib = mib;
    }

    @Override
    public synchronized Optional<MibTree> objects(OctetString name) {
        Optional<Namespace> found = namespaces.find(new String(name.getValue(), StandardCharsets.UTF_8));
        trees.keySet()
                .retainAll(namespaces.current().stream().map(Namespace::number).toList());
        return found.map(namespace -> trees.computeIfAbsent(namespace.number(), _ -> tree(namespace)));
    }

    private MibTree tree(Namespace namespace) {
        List<Subtree> subtrees = new ArrayList<>(TcpScalars.of(namespace.counters()));
        subtrees.add(SocketTable.conn(namespace.sockets()));
        subtrees.add(SocketTable.connection(namespace.sockets()));
        subtrees.add(SocketTable.listener(namespace.sockets()));
        subtrees.add(new CounterTable(namespace.counters(), mib.counterEntry().toArray()));
        return MibTree.of(subtrees);
    }
}
