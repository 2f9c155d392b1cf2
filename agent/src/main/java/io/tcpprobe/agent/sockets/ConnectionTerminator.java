package io.tcpprobe.agent.sockets;

import io.tcpprobe.agent.logging.Logging;
import io.tcpprobe.agent.sockets.TerminationException.Reason;
import io.tcpprobe.kernel.diag.Tcb;
import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes connections (deleteTCB of RFC 4022) for all connectors: finds the socket, then closes exactly that socket. Every attempt is one
 * line in the audit log. Listeners cannot be deleted.
 */
public final class ConnectionTerminator {
    private static final Logger AUDIT = LoggerFactory.getLogger(Logging.AUDIT);

    private final SocketSnapshotCache sockets;

    /**
     * Creates a terminator.
     *
     * @param sockets the snapshots, which are invalidated after a deletion
     */
    public ConnectionTerminator(SocketSnapshotCache sockets) {
        this.sockets = sockets;
    }

    /**
     * Returns the connection that {@link #delete} would delete, without deleting it. An attempt that is refused here is audited.
     *
     * @param cookie if present, only the socket with this cookie matches
     * @param who the connector and the user
     * @throws TerminationException if the deletion would be refused
     */
    public Tcb find(SocketEndpoints ends, OptionalLong cookie, String who) throws TerminationException {
        try {
            if (ends.remotePort() == 0) {
                throw new TerminationException(Reason.LISTENER, "delete " + ends + ": listeners are not deleted");
            }
            Tcb found = Tcb.find(ends)
                    .filter(tcb -> cookie.isEmpty() || cookie.getAsLong() == tcb.cookie())
                    .orElseThrow(() -> new TerminationException(
                            Reason.NOT_THERE,
                            "delete " + ends + ": there is no such connection in this network namespace"));
            Optional<String> reason = Tcb.undeletable();
            if (reason.isPresent()) {
                throw new TerminationException(Reason.NOT_POSSIBLE, "delete " + ends + ": " + reason.get());
            }
            return found;
        } catch (IOException failed) {
            throw refused(new TerminationException(Reason.FAILED, "delete " + ends + ": " + failed.getMessage()), who);
        } catch (TerminationException refused) {
            throw refused(refused, who);
        }
    }

    private static TerminationException refused(TerminationException why, String who) {
        AUDIT.info("{}; by {}", why.getMessage(), who);
        return why;
    }

    /** Audits an attempt that was refused before it named a connection. */
    public void refused(String why, String who) {
        AUDIT.info("delete: {}; by {}", why, who);
    }

    /** Audits a request for what a deletion would do. */
    public void auditDryRun(Tcb tcb, String who) {
        AUDIT.info("delete {}: dry run, nothing done; by {}", text(tcb), who);
    }

    /**
     * Deletes a connection that {@link #find} returned.
     *
     * @param who the connector and the user
     * @throws TerminationException if it was not deleted; a later connection with the same endpoints is not affected
     */
    public void delete(Tcb tcb, String who) throws TerminationException {
        try {
            tcb.delete();
            AUDIT.info("delete {}: done; by {}", text(tcb), who);
        } catch (ErrnoException refused) {
            throw refused(new TerminationException(reason(refused.errno()), text(tcb, refused)), who);
        } catch (IOException failed) {
            throw refused(new TerminationException(Reason.FAILED, text(tcb, failed)), who);
        } finally {
            sockets.invalidate();
        }
    }

    private static Reason reason(int errno) {
        return switch (errno) {
            case ErrnoException.ENOENT -> Reason.NOT_THERE;
            case ErrnoException.EPERM, ErrnoException.EOPNOTSUPP -> Reason.NOT_POSSIBLE;
            default -> Reason.FAILED;
        };
    }

    private static String text(Tcb tcb, IOException failed) {
        return "delete " + text(tcb) + ": " + failed.getMessage();
    }

    private static String text(Tcb tcb) {
        return tcb.endpoints() + " (" + tcb.state().label() + ", uid " + tcb.uid() + ", cookie "
                + Long.toUnsignedString(tcb.cookie()) + ")";
    }
}
