package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.state.StartException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Closes a watch when a signal ends the process, also one that is being opened at that moment. */
final class ShutdownCloser implements AutoCloseable {
    private final Thread hook = new Thread(this::closeOpened, "tcpprobe-shutdown");
    private @Nullable WatchedSeries opened; // guarded by this
    private boolean shutDown; // guarded by this

    ShutdownCloser() {
        boolean _ = ShutdownHooks.add(hook);
    }

    /** Opens a watch. */
    interface Opener {
        WatchedSeries open() throws IOException, CommandException, StartException;
    }

    /**
     * Opens a watch; a shutdown waits until it is open, and closes it.
     *
     * @throws InterruptedException if the process is being shut down
     */
    synchronized WatchedSeries open(Opener opener)
            throws IOException, CommandException, StartException, InterruptedException {
        if (shutDown) {
            throw new InterruptedException("the process is being shut down");
        }
        WatchedSeries series = opener.open();
        opened = series;
        return series;
    }

    synchronized void closeOpened() {
        shutDown = true;
        if (opened != null) {
            opened.close();
        }
    }

    /** Leaves closing to the caller from now on. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // the process is being shut down: the hook closes what is open
        }
    }
}
