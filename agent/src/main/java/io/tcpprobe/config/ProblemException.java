package io.tcpprobe.config;

import java.io.IOException;

/** A connector that cannot be opened. */
public final class ProblemException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /** A connector that cannot be opened for this reason. */
    public ProblemException(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    /** Why. */
    public Problem problem() {
        return problem;
    }
}
