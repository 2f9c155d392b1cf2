package io.tcpprobe.agent.logging;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;

/**
 * What one thing failed with the last time, so that a failure that goes on is logged once. One that comes and goes is logged within
 * the bounds of a {@link BoundedLog}. Thread-safe.
 */
public final class LastFailure {
    private final AtomicReference<String> last = new AtomicReference<>("");

    private final BoundedLog log;

    /** Nothing has failed yet. */
    public LastFailure() {
        this(new BoundedLog(System::nanoTime));
    }

    /** @param log bounds the lines */
    LastFailure(BoundedLog log) {
        this.log = log;
    }

    /**
     * Logs a failure if it is another than the last one.
     *
     * @param logger where the line goes
     * @param step what failed, one of a few constant texts: "read sockets"
     * @param failed the failure
     * @param consequence what follows from it
     */
    public void warn(Logger logger, String step, Exception failed, String consequence) {
        if (isNew(failed.toString())) {
            log.warn(logger, step, failed.toString(), step + ": " + failed.getMessage() + "; " + consequence);
        }
    }

    /** Remembers a failure; returns true if it is another than the last one, and so to be logged. */
    public boolean isNew(String failure) {
        return !failure.equals(last.getAndSet(failure));
    }

    /** It works again: whatever it fails with next is new. */
    public void over() {
        last.set("");
    }
}
