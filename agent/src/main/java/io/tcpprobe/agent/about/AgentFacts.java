package io.tcpprobe.agent.about;

import java.time.Instant;

/**
 * What does not change while the agent runs.
 *
 * @param version of the agent: "0.1.0"
 * @param sourceName where flows come from: "diag"
 * @param sourcesRefused why each source that would be preferred does not run; empty if there is none such
 * @param kernelRelease as of uname -r
 * @param hostName the name of this host
 * @param startedAt when the agent started
 */
public record AgentFacts(
        String version,
        String sourceName,
        String sourcesRefused,
        String kernelRelease,
        String hostName,
        Instant startedAt) {}
