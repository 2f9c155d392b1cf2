package io.tcpprobe.kernel.flow;

import io.tcpprobe.kernel.proc.SocketOwners;

/** Which process has which socket open, found out when somebody asks first. Used by several threads. */
public interface OwnersOnDemand {
    /** The owners, always the same; the first caller waits until they are found. */
    SocketOwners get();

    /** Returns true if {@link #get} does not wait. */
    boolean ready();
}
