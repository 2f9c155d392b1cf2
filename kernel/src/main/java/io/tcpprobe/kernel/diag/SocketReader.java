package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.SocketColumns;
import java.io.IOException;

/** Reads all TCP sockets of a network namespace. Used by one thread at a time. */
public interface SocketReader extends AutoCloseable {
    /**
     * Reads all sockets.
     *
     * @throws IOException if the dump fails
     */
    SocketColumns read() throws IOException;

    @Override
    void close();
}
