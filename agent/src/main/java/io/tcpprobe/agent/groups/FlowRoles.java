package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.diag.ListeningPorts;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines the role of a flow. If the source observed the opening of the connection, it knows the role. Otherwise this host is the server
 * if a socket of its network namespace listens on the flow's local port.
 */
final class FlowRoles {
    private static final Logger LOG = LoggerFactory.getLogger(FlowRoles.class);

    /** Reads the listeners of this process's network namespace. */
    interface Listeners {
        /**
         * Returns the ports that sockets listen on.
         *
         * @throws IOException if they cannot be read
         */
        BitSet ports() throws IOException;

        /**
         * Returns the number of the network namespace.
         *
         * @throws IOException if it cannot be read
         */
        int networkNamespace() throws IOException;
    }

    /** The listeners of this host. */
    static final class HostListeners implements Listeners {
        @Override
        public BitSet ports() throws IOException {
            return ListeningPorts.read();
        }

        @Override
        public int networkNamespace() throws IOException {
            return NetworkNamespaces.own();
        }
    }

    /** For the flows of a recording: the listeners of this host do not matter. */
    static final class NoListeners implements Listeners {
        @Override
        public BitSet ports() throws IOException {
            throw new IOException("the flows are those of a recording");
        }

        @Override
        public int networkNamespace() throws IOException {
            throw new IOException("the flows are those of a recording");
        }
    }

    /** The listeners as they were read last. */
    private record Known(BitSet ports, int networkNamespace) {}

    private final Listeners listeners;
    private volatile @Nullable Known known;

    FlowRoles(Listeners listeners) {
        this.listeners = listeners;
    }

    /** Reads the listeners again. */
    void readListeners() {
        try {
            known = new Known(listeners.ports(), listeners.networkNamespace());
        } catch (IOException failed) {
            LOG.debug("read the listeners, which determine the roles of flows: {}", failed.toString());
        }
    }

    /** Returns true if the role of a flow follows from its row. */
    static boolean inRow(FlowValues flow) {
        return flow.has(FlowField.ACTIVE_OPEN) || isState(flow, TcpState.SYN_SENT);
    }

    private static boolean isState(FlowValues flow, TcpState state) {
        return flow.has(FlowField.STATE) && flow.number(FlowField.STATE) == state.mib();
    }

    /** Returns the role of a flow, by the listeners that were read last. */
    FlowRole of(FlowValues flow) {
        if (flow.has(FlowField.ACTIVE_OPEN)) {
            return flow.number(FlowField.ACTIVE_OPEN) != 0 ? FlowRole.CLIENT : FlowRole.SERVER;
        }
        if (isState(flow, TcpState.SYN_SENT)) {
            return FlowRole.CLIENT;
        }
        Known read = known;
        if (read == null || !isOwn(flow, read.networkNamespace)) {
            return FlowRole.UNKNOWN;
        }
        return read.ports.get((int) flow.number(FlowField.LOCAL_PORT)) ? FlowRole.SERVER : FlowRole.CLIENT;
    }

    private static boolean isOwn(FlowValues flow, int networkNamespace) {
        return !flow.has(FlowField.NETWORK_NAMESPACE)
                || (int) flow.number(FlowField.NETWORK_NAMESPACE) == networkNamespace;
    }
}
