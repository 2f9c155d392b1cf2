package io.tcpprobe.agent.fleet;

/**
 * What a {@link FleetSimulation} simulates. The same plan results in the same records.
 *
 * @param hosts number of hosts, at least 2
 * @param minutes how long new connections are opened
 * @param opened number of connections that each host opens a minute
 * @param startMillis when it begins, in milliseconds since 1970; a whole minute
 * @param lostPerMille share of the records that are lost on their way
 * @param repeatedPerMille share of the records that arrive twice
 * @param seed selects the random numbers
 */
public record FleetPlan(
        int hosts, int minutes, int opened, long startMillis, int lostPerMille, int repeatedPerMille, long seed) {
    static final int PER_MILLE = 1000;
    static final long MINUTE_MILLIS = 60_000;

    /** Rejects values that cannot be simulated. */
    public FleetPlan {
        if (hosts < 2 || hosts > SimulatedHost.MAX_HOSTS) {
            throw new IllegalArgumentException("hosts: from 2 to " + SimulatedHost.MAX_HOSTS);
        }
        if (minutes < 1 || opened < 1 || opened > SimulatedHost.MAX_OPENED) {
            throw new IllegalArgumentException(
                    "minutes: at least 1; connections a minute: from 1 to " + SimulatedHost.MAX_OPENED);
        }
        if (startMillis % MINUTE_MILLIS != 0) {
            throw new IllegalArgumentException("start: a whole minute");
        }
        if (lostPerMille < 0 || repeatedPerMille < 0 || lostPerMille + repeatedPerMille > PER_MILLE) {
            throw new IllegalArgumentException("lost and repeated records: per mille, together at most " + PER_MILLE);
        }
    }
}
