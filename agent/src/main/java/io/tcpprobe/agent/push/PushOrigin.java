package io.tcpprobe.agent.push;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.users.Machine;

/**
 * The host that records come from.
 *
 * @param hostName its name
 * @param hostId its id, 32 hexadecimal digits; empty if it has none
 */
public record PushOrigin(String hostName, String hostId) {
    /** Returns this host. */
    public static PushOrigin of(AgentFacts facts) {
        return new PushOrigin(facts.hostName(), Machine.hostId());
    }
}
