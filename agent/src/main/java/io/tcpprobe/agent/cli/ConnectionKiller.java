package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.sockets.ConnectionTerminator;
import io.tcpprobe.agent.sockets.TerminationException;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Deletes connections for the screen of flows, as the connectors do, and remembers what it has done. */
final class ConnectionKiller {
    private static final String WHO = "flows";

    /** A person has confirmed each; more than that are not remembered. */
    private static final int MAX_REMEMBERED = 1000;

    private final ConnectionTerminator terminator;
    private final List<String> results = new ArrayList<>();

    ConnectionKiller(ConnectionTerminator terminator) {
        this.terminator = terminator;
    }

    /** Deletes the connection of a flow; returns the result as text. Only exactly that socket is deleted, which its cookie identifies. */
    synchronized String kill(Flow flow) {
        String result = result(flow);
        if (results.size() < MAX_REMEMBERED) {
            results.add(result);
        }
        return result;
    }

    private String result(Flow flow) {
        if (!flow.has(FlowField.COOKIE)) {
            return "delete " + flow.endpoints() + ": the source has no cookies, which identify a socket";
        }
        try {
            terminator.delete(
                    terminator.find(flow.endpoints(), OptionalLong.of(flow.number(FlowField.COOKIE)), WHO), WHO);
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
