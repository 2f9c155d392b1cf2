package io.tcpprobe.agent.state;

import io.tcpprobe.config.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** The agent cannot start. Says everything that is in its way, not only what was met first. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** A start that failed for these reasons. */
    public StartException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is in the way. */
    public List<Problem> problems() {
        return problems;
    }
}
