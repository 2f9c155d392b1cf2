package io.tcpprobe.agent.namespaces;

import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The way into a network namespace. It is entered for the time of an action only: a namespace that is held open would not end with its
 * processes. Thread-safe.
 */
final class NamespaceEntry {
    private final Object identity;
    private volatile Path path;

    /**
     * Creates an entry.
     *
     * @param identity the namespace, as {@link NetworkNamespaces#others} identifies it
     * @param path leads to it at present
     */
    NamespaceEntry(Object identity, Path path) {
        this.identity = identity;
        this.path = path;
    }

    /** Sets another path of the namespace: the process of the former one may have ended. */
    void path(Path current) {
        path = current;
    }

    /** Reads something inside a namespace. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    /**
     * Reads something in a thread that has entered the namespace, and waits for it.
     *
     * @throws IOException if the namespace has ended, if the agent may not enter it, or if reading fails
     */
    <T> T read(Reading<? extends T> reading) throws IOException {
        List<T> results = new ArrayList<>(1);
        NetworkNamespaces.enter(identity, path, () -> results.add(reading.read()));
        if (results.isEmpty()) {
            throw new IOException("read in " + this + ": the thread ended early");
        }
        return results.getFirst();
    }

    @Override
    public String toString() {
        return "network namespace " + path;
    }
}
