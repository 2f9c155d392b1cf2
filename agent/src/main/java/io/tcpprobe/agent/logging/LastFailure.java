package io.tcpprobe.agent.logging;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;

/**
 * Remembers the last failure of one operation, so that a continuing failure is logged once. One that occurs intermittently is logged within
 * the bounds of a {@link BoundedLog}. Thread-safe.
 */
public final class LastFailure {
    private final AtomicReference<String> last = new AtomicReference<>("");

    private final BoundedLog log;

    /** Creates an instance without a failure. */
    public LastFailure() {
        this(new BoundedLog(System::nanoTime));
    }

    /**
     * Creates an instance without a failure.
     *
     * @param log bounds the lines
     */
    LastFailure(BoundedLog log) {
        this.log = log;
    }

    /**
     * Logs a failure if it differs from the last one.
     *
     * @param logger the destination of the line
     * @param step the step that failed, one of a few constant texts: "read sockets"
     * @param failed the failure
     * @param consequence the effect of the failure
     */
    public void warn(Logger logger, String step, Exception failed, String consequence) {
        if (isNew(failed.toString())) {
            log.warn(logger, step, failed.toString(), step + ": " + failed.getMessage() + "; " + consequence);
        }
    }

    /** Remembers a failure; returns true if it differs from the last one and should be logged. */
    public boolean isNew(String failure) {
        return !failure.equals(last.getAndSet(failure));
    }

    /** Clears the failure after a success: the next failure is new. */
    public void over() {
        last.set("");
    }
}
