package io.tcpprobe.agent.threads;

/** A part of the agent that must make progress, or the agent does not work. */
public interface VitalPart {
    /** A period in which a part is observed. */
    @FunctionalInterface
    interface Observation {
        /** Returns true unless the part has had work since the observation began and has finished none of it. */
        boolean progressed();
    }

    /** Returns the name of the part for the log: "snmp receiver 127.0.0.1:1161". */
    String name();

    /** Begins to observe the part. Neither this nor the observation blocks. */
    Observation observe();
}
