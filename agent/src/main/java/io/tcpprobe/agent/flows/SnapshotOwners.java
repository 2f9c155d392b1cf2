package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.OwnersOnDemand;
import io.tcpprobe.kernel.proc.SocketOwners;
import org.jspecify.annotations.Nullable;

/** The processes that own a snapshot's sockets. */
final class SnapshotOwners implements OwnersOnDemand {
    private final SocketOwnerCache watch;
    private final long takenNanos;
    private volatile @Nullable SocketOwners found;

    SnapshotOwners(SocketOwnerCache watch, long takenNanos) {
        this.watch = watch;
        this.takenNanos = takenNanos;
    }

    @Override
    public SocketOwners get() {
        SocketOwners known = found;
        return known == null ? find() : known;
    }

    private synchronized SocketOwners find() {
        SocketOwners known = found;
        if (known == null) {
            known = watch.of(takenNanos);
            found = known;
        }
        return known;
    }

    @Override
    public boolean ready() {
        return found != null || watch.ready(takenNanos);
    }
}
