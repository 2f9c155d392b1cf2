package io.tcpprobe.agent.logging;

import java.util.concurrent.atomic.AtomicReference;

/** What one thing failed with the last time, so that a failure that goes on is said once. Used by several threads. */
public final class LastFailure {
    private final AtomicReference<String> last = new AtomicReference<>("");

    /** Nothing has failed yet. */
    public LastFailure() {}

    /** Remembers a failure; gives whether it is another than the last one, which is to be said. */
    public boolean isNew(String failure) {
        return !failure.equals(last.getAndSet(failure));
    }

    /** It works again: whatever it fails with next is new. */
    public void over() {
        last.set("");
    }
}
