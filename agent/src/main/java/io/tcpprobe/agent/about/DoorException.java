package io.tcpprobe.agent.about;

import io.tcpprobe.config.Problem;
import java.io.IOException;

/** A door that cannot be opened. */
public final class DoorException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /** A door that cannot be opened for this reason. */
    public DoorException(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    /** Why. */
    public Problem problem() {
        return problem;
    }
}
