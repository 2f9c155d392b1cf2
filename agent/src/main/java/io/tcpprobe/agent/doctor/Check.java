package io.tcpprobe.agent.doctor;

import java.util.List;

/** A check of one thing that the agent needs. It changes nothing, needs no privilege, and reports what it cannot find out. */
@FunctionalInterface
public interface Check {
    /** Returns what was found; the most important finding first. */
    List<Finding> run();
}
