package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.TerminationException;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Deletes connections for the screen of flows, as the connectors do, with a line in the audit log, and remembers what it has done. */
final class ConnectionKiller {

    /** A person has confirmed each; more than that are not remembered. */
    private static final int MAX_REMEMBERED = 1000;

    private final ConnectionTerminator terminator;
    private final String who;
    private final Supplier<Optional<String>> auditFailure;
    private final List<String> results = new ArrayList<>();

    /**
     * Creates it.
     *
     * @param who the user, for the audit log; see {@link TerminalUser}
     * @param auditFailure returns why the last line is not in the audit log; empty if it is
     */
    ConnectionKiller(ConnectionTerminator terminator, String who, Supplier<Optional<String>> auditFailure) {
        this.terminator = terminator;
        this.who = who;
        this.auditFailure = auditFailure;
    }

    /** Deletes the connection of a flow; returns the result as text. Only exactly that socket is deleted, which its cookie identifies. */
    synchronized String kill(Flow flow) {
        String done = result(flow);
        String result =
                auditFailure.get().map(why -> done + "; not audited in " + why).orElse(done);
        if (results.size() < MAX_REMEMBERED) {
            results.add(result);
        }
        return result;
    }

    private String result(Flow flow) {
        if (!flow.has(FlowField.COOKIE)) {
            String reason = flow.endpoints() + ": the source has no cookies, which identify a socket";
            terminator.refused(reason, who);
            return "delete " + reason;
        }
        try {
            terminator.delete(
                    terminator.find(flow.endpoints(), OptionalLong.of(flow.number(FlowField.COOKIE)), who), who);
            return "deleted " + flow.endpoints();
        } catch (TerminationException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    /** Returns the results that have not been returned yet. */
    synchronized List<String> take() {
        List<String> taken = List.copyOf(results);
        results.clear();
        return taken;
    }
}
