package io.tcpprobe.agent.namespaces;

import io.tcpprobe.kernel.diag.SocketDump;
import io.tcpprobe.kernel.diag.SocketReader;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the sockets of a network namespace; there are none if it cannot be entered. */
record NamespaceSockets(NamespaceEntry entry) implements SocketReader {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceSockets.class);

    @Override
    public SocketColumns read() {
        try {
            return entry.read(() -> {
                try (SocketDump dump = new SocketDump()) {
                    return dump.read();
                }
            });
        } catch (IOException gone) {
            LOG.debug("read the sockets of {}: {}", entry, gone.getMessage());
            return new SocketColumns.Builder(0).build();
        }
    }

    @Override
    public void close() {
        // nothing is open between two readings
    }
}
