package io.tcpprobe.agent.state;

import io.tcpprobe.config.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Reports that the agent cannot start, with all problems, not only the first one. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** Creates an exception with these problems. */
    public StartException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Returns all problems. */
    public List<Problem> problems() {
        return problems;
    }
}
