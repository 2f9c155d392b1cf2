package io.tcpprobe.agent.namespaces;

import io.tcpprobe.kernel.diag.SocketDump;
import io.tcpprobe.kernel.diag.SocketReader;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the sockets of a network namespace; while it cannot be entered, it has those read last. */
final class NamespaceSockets implements SocketReader {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceSockets.class);

    private final NamespaceEntry entry;
    private SocketColumns last = new SocketColumns.Builder(0).build();

    NamespaceSockets(NamespaceEntry entry) {
        this.entry = entry;
    }

    @Override
    public SocketColumns read() {
        try {
            last = entry.read(() -> {
                try (SocketDump dump = new SocketDump()) {
                    return dump.read();
                }
            });
        } catch (IOException gone) {
            LOG.debug("read the sockets of {}: {}", entry, gone.getMessage());
        }
        return last;
    }

    @Override
    public void close() {
        // nothing is open between two readings
    }
}
