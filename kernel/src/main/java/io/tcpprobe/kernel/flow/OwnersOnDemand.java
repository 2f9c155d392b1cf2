package io.tcpprobe.kernel.flow;

import io.tcpprobe.kernel.proc.SocketOwners;

/** The owners of sockets, read at the first request. Thread-safe. */
public interface OwnersOnDemand {
    /** Returns the owners, always the same object; the first caller waits until they are read. */
    SocketOwners get();

    /** Returns true if {@link #get} does not wait. */
    boolean ready();
}
